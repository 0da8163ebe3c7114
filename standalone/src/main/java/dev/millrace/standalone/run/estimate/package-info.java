/**
 * What a run expects to cost: {@link dev.millrace.standalone.run.estimate.RunEstimate}. Forecasts
 * implement it; a run without forecasts expects nothing. Depends on contracts and store.
 */
@NullMarked
package dev.millrace.standalone.run.estimate;

import org.jspecify.annotations.NullMarked;
