/**
 * Forecasts the costs of jobs and learns from the costs of ended jobs. A {@link
 * dev.millrace.standalone.forecast.learning.JobGuess} estimates from the request alone; results
 * correct the guess. Pure state without clock or thread; {@link
 * dev.millrace.standalone.forecast.learning.RunForecast} is thread-safe, the others belong to one
 * thread. Depends on {@code contracts}.
 *
 * <p>{@code docs/decisions/023-prices-and-token-counts.md} has the reasons.
 */
@NullMarked
package dev.millrace.standalone.forecast.learning;

import org.jspecify.annotations.NullMarked;
