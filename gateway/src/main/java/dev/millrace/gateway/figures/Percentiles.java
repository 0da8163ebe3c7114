package dev.millrace.gateway.figures;

/**
 * Percentiles of durations in milliseconds by nearest rank: measured values, not interpolated. All
 * zero without durations.
 *
 * @param count number of durations
 * @param averageMs average, rounded down
 */
public record Percentiles(
        long count, long averageMs, long p50Ms, long p95Ms, long p99Ms, long maxMs) {}
