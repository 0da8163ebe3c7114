/** Tests of guards and ramps: against plain reference computations, and as a step. */
@NullMarked
package dev.millrace.router.watch;

import org.jspecify.annotations.NullMarked;
