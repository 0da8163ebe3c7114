/**
 * Estimates what a batch would cost before it starts: {@link
 * dev.millrace.gateway.estimate.BatchEstimator} checks the lines of its file as the start of the
 * batch would, and asks a {@link dev.millrace.gateway.estimate.CostForecast} for their cost, which
 * the owner of the gateway supplies.
 *
 * <p>Each estimate runs on a thread of its own. Depends on {@code contracts}, {@code producer},
 * {@link dev.millrace.gateway.publish.input}, {@link dev.millrace.gateway.connection}, {@link
 * dev.millrace.gateway.http} and {@link dev.millrace.gateway.submission}.
 */
@NullMarked
package dev.millrace.gateway.estimate;

import org.jspecify.annotations.NullMarked;
