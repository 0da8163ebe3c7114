/**
 * Forecasts for batch files: the model and the cost of each job, and the lines that would be
 * refused. {@code millrace policy simulate} prints them. Uses the router's own rules and estimates;
 * makes no call and needs no broker.
 *
 * <p>An estimate made from a request alone is a {@link dev.millrace.standalone.forecast.JobGuess};
 * the costs of ended jobs correct it. {@link dev.millrace.standalone.forecast.RunForecast} is
 * thread-safe, the others belong to one thread.
 *
 * <p>{@code docs/decisions/023-prices-and-token-counts.md} has the reasons.
 */
@NullMarked
package dev.millrace.standalone.forecast;

import org.jspecify.annotations.NullMarked;
