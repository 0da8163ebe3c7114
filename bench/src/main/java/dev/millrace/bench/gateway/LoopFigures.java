package dev.millrace.bench.gateway;

import dev.millrace.bench.figures.LatencyPercentiles;

/**
 * The figures of concurrent calls.
 *
 * @param concurrency calls in flight
 * @param perSecond finished calls per second
 * @param mean mean of the measured times in milliseconds
 * @param millis percentiles of the measured times
 * @param failures failed calls, warm-up included
 */
record LoopFigures(
        int concurrency, double perSecond, double mean, LatencyPercentiles millis, long failures) {}
