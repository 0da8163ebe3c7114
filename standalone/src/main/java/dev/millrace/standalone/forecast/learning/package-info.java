/**
 * Expected costs of jobs that learn from the costs of jobs that have ended. An estimate made from a
 * request alone is a {@link dev.millrace.standalone.forecast.learning.JobGuess}; results correct
 * it. Pure state without clock or thread; {@link
 * dev.millrace.standalone.forecast.learning.RunForecast} is thread-safe, the others belong to one
 * thread. Depends on {@code contracts}.
 *
 * <p>{@code docs/decisions/023-prices-and-token-counts.md} has the reasons.
 */
@NullMarked
package dev.millrace.standalone.forecast.learning;

import org.jspecify.annotations.NullMarked;
