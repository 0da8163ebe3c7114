/**
 * The circuit breakers of providers, models and API keys: {@code Breakers} stops calls that are
 * bound to fail, and decides which failures are not the fault of the job.
 *
 * <p>Pure state on the loop's thread, with the time as an argument. {@code StartedCalls} judges
 * failures. Depends on contracts, {@code answer} and {@code port}.
 *
 * <p>{@code docs/decisions/022-breakers.md} has the reasons.
 */
@NullMarked
package dev.millrace.worker.breaker;

import org.jspecify.annotations.NullMarked;
