/**
 * Estimates the cost of a batch before it starts. {@link
 * dev.millrace.gateway.estimate.BatchEstimator} checks the lines of its file as the start of the
 * batch would, and asks a {@link dev.millrace.gateway.estimate.CostForecast} for their cost. The
 * owner of the gateway supplies the forecast.
 *
 * <p>Each estimate runs on its own thread. Depends on {@code contracts}, {@code producer}, {@link
 * dev.millrace.gateway.publish.input}, {@link dev.millrace.gateway.connection}, {@link
 * dev.millrace.gateway.http} and {@link dev.millrace.gateway.submission}.
 */
@NullMarked
package dev.millrace.gateway.estimate;

import org.jspecify.annotations.NullMarked;
