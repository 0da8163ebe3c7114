/**
 * Watches new models: which rules have a guard or a ramp, where the ends of their jobs go, how far
 * a ramp has come, and what control is told. What a guard is breached by is in {@code guard}.
 *
 * <p>All but what is said to be shared belongs to the one stream thread that has the rules' task.
 */
@NullMarked
package dev.millrace.router.watch;

import org.jspecify.annotations.NullMarked;
