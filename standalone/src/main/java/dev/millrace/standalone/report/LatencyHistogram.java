package dev.millrace.standalone.report;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * How many calls took how long, in at most 3,200 counters. Below 256 ms each duration has one of
 * its own; above, 128 share each doubling, and a percentile is the middle of its counter: at most
 * 1/256, less than 0.4 %, off. Of one thread.
 */
final class LatencyHistogram {
    /** What is longer counts as this: 24 days. */
    static final long LONGEST_MILLIS = Integer.MAX_VALUE;

    private static final int EXACT_BITS = 8;
    private static final int IN_DOUBLING = 128;
    private static final int ALL = 100;

    private long[] counters = new long[0];
    private long count;

    LatencyHistogram() {}

    /**
     * One more call.
     *
     * @param millis its duration; what is negative counts as 0
     */
    void add(long millis) {
        var index = index(Math.clamp(millis, 0, LONGEST_MILLIS));
        if (index >= counters.length) {
            counters = Arrays.copyOf(counters, index + IN_DOUBLING);
        }
        counters[index]++;
        count++;
    }

    /**
     * The duration that so many percent of the calls did not exceed, by the nearest rank.
     *
     * @param percent 1 to 100
     * @return in milliseconds; nothing without a call
     */
    OptionalLong percentile(int percent) {
        // Divided first, so that no count overflows.
        var rank = count / ALL * percent + (count % ALL * percent + ALL - 1) / ALL;
        var seen = 0L;
        for (var i = 0; i < counters.length; i++) {
            seen += counters[i];
            if (seen >= rank && seen > 0) {
                return OptionalLong.of(middle(i));
            }
        }
        return OptionalLong.empty();
    }

    private static int index(long millis) {
        var shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(millis) - EXACT_BITS);
        return shift * IN_DOUBLING + (int) (millis >> shift);
    }

    private static long middle(int index) {
        var shift = Math.max(0, index / IN_DOUBLING - 1);
        var lowest = (long) (index - shift * IN_DOUBLING) << shift;
        return lowest + ((1L << shift) - 1) / 2;
    }
}
