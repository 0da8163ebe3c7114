package dev.millrace.bench.figures;

/**
 * One observation of a run.
 *
 * @param nanos ticker time in nanoseconds
 * @param visible records that a committed reader had received
 * @param cpuNanos CPU time that the measured process had used
 */
public record Sample(long nanos, long visible, long cpuNanos) {}
