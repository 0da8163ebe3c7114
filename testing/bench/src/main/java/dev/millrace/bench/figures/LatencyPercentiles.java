package dev.millrace.bench.figures;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Percentiles of durations, in milliseconds.
 *
 * @param p50 the median
 * @param p95 the 95th percentile
 * @param p99 the 99th percentile
 */
public record LatencyPercentiles(double p50, double p95, double p99) {
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * Computes percentiles by nearest rank.
     *
     * @param nanos durations in nanoseconds, at least one; not modified
     */
    public static LatencyPercentiles of(long[] nanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("percentiles need at least one value");
        }
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new LatencyPercentiles(rank(sorted, 50), rank(sorted, 95), rank(sorted, 99));
    }

    private static double rank(long[] sorted, int percent) {
        int rank = Math.ceilDiv(sorted.length * percent, 100);
        return sorted[Math.max(1, rank) - 1] / NANOS_PER_MILLI;
    }
}
