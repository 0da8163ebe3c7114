package dev.millrace.sink.store;

/**
 * Percentiles of durations in milliseconds by nearest rank: measured values, not interpolated. All
 * zero without durations.
 *
 * @param count number of durations
 */
public record Percentiles(long count, long p50Ms, long p95Ms, long maxMs) {}
