package dev.millrace.sink.store;

/**
 * Of durations in milliseconds, by the nearest rank: real values, not interpolated ones. All zero
 * when there were none.
 *
 * @param count how many durations there were
 */
public record Percentiles(long count, long p50Ms, long p95Ms, long maxMs) {}
