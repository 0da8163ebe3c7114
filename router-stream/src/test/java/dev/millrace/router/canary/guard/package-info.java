/** Tests of guards against a reference implementation. */
@NullMarked
package dev.millrace.router.canary.guard;

import org.jspecify.annotations.NullMarked;
