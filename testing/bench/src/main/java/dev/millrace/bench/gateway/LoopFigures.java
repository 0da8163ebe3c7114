package dev.millrace.bench.gateway;

import dev.millrace.bench.figures.LatencyPercentiles;

/**
 * The figures of concurrent calls.
 *
 * @param perSecond finished calls per second
 * @param millis percentiles of the measured times
 * @param failures failed calls, warm-up included
 */
record LoopFigures(double perSecond, LatencyPercentiles millis, long failures) {}
