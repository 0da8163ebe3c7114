package dev.millrace.bench.figures;

/**
 * What was to be seen at one moment.
 *
 * @param nanos of a ticker
 * @param visible records that a committed reader had seen by then
 * @param cpuNanos processor time that the measured process had used by then
 */
public record Sample(long nanos, long visible, long cpuNanos) {}
