/**
 * The limits of calls: {@code CallLimits} is the chain of limits that a call passes before it
 * starts. Each limit is an {@code AdmissionLimit}. {@code PauseAndCancelState} holds the pauses of
 * operators. Pure state on the loop's thread, with the time as an argument or from the loop's
 * clock. Depends on {@code breaker}, {@code quota}, {@code capacity}, {@code job} and the ports.
 */
@NullMarked
package dev.millrace.worker.limits;

import org.jspecify.annotations.NullMarked;
