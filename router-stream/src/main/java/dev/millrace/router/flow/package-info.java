/**
 * What flows from step to step, and how a request becomes the first of it. Pure; values that any
 * thread may have. Depends on contracts only.
 */
@NullMarked
package dev.millrace.router.flow;

import org.jspecify.annotations.NullMarked;
