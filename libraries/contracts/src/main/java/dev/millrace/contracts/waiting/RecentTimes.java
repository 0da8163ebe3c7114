package dev.millrace.contracts.waiting;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** The latest measured durations, such as those in queue and call of a model. Thread-safe. */
public final class RecentTimes {
    private static final int KEPT = 200;

    /** Fewer durations say little about slow ones. */
    private static final int LEAST = 20;

    private static final int PERCENT = 100;

    private final long[] nanos = new long[KEPT];
    private long added;

    /** The 99th percentile in nanoseconds; -1 if a duration was added since it was found. */
    private long known = -1;

    /** Adds a duration; a negative one, of clocks that differ, counts as 0. */
    public synchronized void add(Duration duration) {
        nanos[(int) (added % KEPT)] = Math.max(0, TimeUnit.NANOSECONDS.convert(duration));
        added++;
        known = -1;
    }

    /**
     * Returns the 99th percentile of the last 200 durations (nearest rank).
     *
     * @param unmeasured returned before 20 were measured
     */
    public synchronized Duration p99(Duration unmeasured) {
        if (added < LEAST) {
            return unmeasured;
        }
        if (known < 0) {
            long[] sorted = Arrays.copyOf(nanos, (int) Math.min(added, KEPT));
            Arrays.sort(sorted);
            known = sorted[sorted.length - 1 - sorted.length / PERCENT];
        }
        return Duration.ofNanos(known);
    }

    /**
     * Returns the mean of the last 200 durations.
     *
     * @param unmeasured returned before 20 were measured
     */
    public synchronized Duration mean(Duration unmeasured) {
        return added < LEAST
                ? unmeasured
                : Duration.ofNanos(
                        (long) Arrays.stream(nanos).limit(added).average().orElseThrow());
    }
}
