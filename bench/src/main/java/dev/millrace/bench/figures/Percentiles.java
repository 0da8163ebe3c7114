package dev.millrace.bench.figures;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * How long most of them took, in milliseconds.
 *
 * @param p50 half of them took no longer
 * @param p95 19 of 20 took no longer
 * @param p99 99 of 100 took no longer
 */
public record Percentiles(double p50, double p95, double p99) {
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * Of all of these, nearest rank.
     *
     * @param nanos at least one; not changed
     */
    public static Percentiles of(long[] nanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("there is nothing to take percentiles of");
        }
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Percentiles(rank(sorted, 50), rank(sorted, 95), rank(sorted, 99));
    }

    private static double rank(long[] sorted, int percent) {
        int rank = Math.ceilDiv(sorted.length * percent, 100);
        return sorted[Math.max(1, rank) - 1] / NANOS_PER_MILLI;
    }
}
