/** Tests of what flows from step to step. */
@NullMarked
package dev.millrace.router.flow;

import org.jspecify.annotations.NullMarked;
