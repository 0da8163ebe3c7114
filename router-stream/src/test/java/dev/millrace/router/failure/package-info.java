/** Tests of what happens when a decision throws. */
@NullMarked
package dev.millrace.router.failure;

import org.jspecify.annotations.NullMarked;
