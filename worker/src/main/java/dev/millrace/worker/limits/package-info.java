/**
 * The limits of calls: {@code CallLimits} is the chain of limits that a call passes before it
 * starts. Each limit is an {@code AdmissionLimit}. {@code PauseAndCancelState} holds this worker's
 * pauses and cancellations from control. Pure state on the loop's thread, with the time as an
 * argument or from the loop's clock. Depends on {@code breaker}, {@code quota}, {@code capacity},
 * {@code answer}, {@code prompt}, {@code job} and the ports.
 *
 * <p>{@code docs/decisions/019-calls-and-fallbacks.md} has the reasons.
 */
@NullMarked
package dev.millrace.worker.limits;

import org.jspecify.annotations.NullMarked;
