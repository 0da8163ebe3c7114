package dev.millrace.worker.tier;

import java.time.Duration;
import java.util.Arrays;

/** The durations of the latest calls of one model at one tier. Belongs to the loop's thread. */
final class CallDurations {
    /** Number of calls that are remembered. */
    private static final int MEMORY = 200;

    /** Fewer calls show no 99th percentile. */
    private static final int LEAST = 20;

    private static final double P99 = 0.99;

    private final long[] latest = new long[MEMORY];
    private long count;

    /** The 99th percentile in nanoseconds; -1 if a call has ended since it was found. */
    private long known = -1;

    /** Records the duration of a call. */
    void add(long nanos) {
        latest[(int) (count % MEMORY)] = nanos;
        count++;
        known = -1;
    }

    /**
     * Returns the 99th percentile of the latest calls.
     *
     * @param unmeasured returned until enough calls have ended
     */
    Duration p99(Duration unmeasured) {
        if (count < LEAST) {
            return unmeasured;
        }
        if (known < 0) {
            long[] sorted = Arrays.copyOf(latest, (int) Math.min(count, MEMORY));
            Arrays.sort(sorted);
            known = sorted[(int) Math.ceil(P99 * sorted.length) - 1];
        }
        return Duration.ofNanos(known);
    }
}
