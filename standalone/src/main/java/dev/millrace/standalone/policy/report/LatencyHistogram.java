package dev.millrace.standalone.policy.report;

import java.util.OptionalLong;
import org.HdrHistogram.Histogram;

/**
 * Counts calls by duration, in at most 3,200 counters. Below 256 ms each duration has its own
 * counter. Above, each doubling of the duration has 128 counters, and a percentile is the middle of
 * the range of its counter: at most 1/256 (less than 0.4 %) off. Used by one thread.
 */
final class LatencyHistogram {
    /** Longest recorded duration, 24 days; longer durations count as this one. */
    static final long LONGEST_MILLIS = Integer.MAX_VALUE;

    /** Two digits make HdrHistogram use 128 counters for each doubling. */
    private static final int DIGITS = 2;

    private final Histogram calls = new Histogram(DIGITS);

    LatencyHistogram() {}

    /**
     * Adds a call.
     *
     * @param millis its duration; a negative duration counts as 0
     */
    void add(long millis) {
        calls.recordValue(Math.clamp(millis, 0, LONGEST_MILLIS));
    }

    /**
     * Returns the duration that the given percentage of calls did not exceed, by nearest rank.
     *
     * @param percent 1 to 100
     * @return in milliseconds; empty without calls
     */
    OptionalLong percentile(int percent) {
        if (calls.getTotalCount() == 0) {
            return OptionalLong.empty();
        }
        var value = calls.getValueAtPercentile(percent);
        var width = calls.sizeOfEquivalentValueRange(value);
        return OptionalLong.of(calls.lowestEquivalentValue(value) + (width - 1) / 2);
    }
}
