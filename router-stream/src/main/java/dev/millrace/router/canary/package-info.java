/**
 * Introduces new models safely: monitors rules that have a guard or a ramp, and publishes trips and
 * ramp steps to the control topic. {@code guard} detects breaches, and {@code inflight} limits the
 * unfinished jobs of guarded arms.
 *
 * <p>Unless a class says otherwise, its objects belong to the one stream thread that runs the
 * monitor's task.
 */
@NullMarked
package dev.millrace.router.canary;

import org.jspecify.annotations.NullMarked;
