/**
 * The limits of the loop: {@code Capacity} counts slots and bytes, {@code PauseAndCancelState}
 * holds the pauses of operators, and {@code CallLimits} is the chain of limits that a call passes
 * before it starts. Each limit is an {@code AdmissionLimit}. Pure state on the loop's thread, with
 * the time as an argument or from the loop's clock. Depends on {@code job} and the ports.
 */
@NullMarked
package dev.millrace.worker.limits;

import org.jspecify.annotations.NullMarked;
