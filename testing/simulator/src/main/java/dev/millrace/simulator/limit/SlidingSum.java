package dev.millrace.simulator.limit;

import java.time.Duration;

/**
 * Sums amounts over a sliding window. An amount counts from its addition until exactly one window
 * later. Needs 16 bytes for each amount in the window. Not thread-safe; the time must never go back
 * between two calls.
 */
public final class SlidingSum {
    private static final int INITIAL_CAPACITY = 16;

    private final long windowNanos;
    private long[] times = new long[INITIAL_CAPACITY];
    private long[] amounts = new long[INITIAL_CAPACITY];
    private int first;
    private int count;
    private long sum;

    /** Creates an empty window of the given length. */
    public SlidingSum(Duration window) {
        this.windowNanos = window.toNanos();
    }

    /** Adds an amount at the given time. */
    public void add(long amount, long nowNanos) {
        expire(nowNanos);
        if (count == times.length) {
            grow();
        }
        int last = index(count);
        times[last] = nowNanos;
        amounts[last] = amount;
        count++;
        sum += amount;
    }

    /** Returns how many amounts are in the window that ends now. */
    public int count(long nowNanos) {
        expire(nowNanos);
        return count;
    }

    /** Returns the sum of the amounts in the window that ends now. */
    public long sum(long nowNanos) {
        expire(nowNanos);
        return sum;
    }

    /** Returns the time until the sum is at most {@code target}, 0 or more; zero = now. */
    Duration untilSumIs(long target, long nowNanos) {
        expire(nowNanos);
        long left = sum;
        long atNanos = nowNanos;
        for (int i = 0; i < count && left > target; i++) {
            left -= amounts[index(i)];
            atNanos = times[index(i)] + windowNanos;
        }
        return Duration.ofNanos(atNanos - nowNanos);
    }

    private void expire(long nowNanos) {
        while (count > 0 && nowNanos - times[first] >= windowNanos) {
            sum -= amounts[first];
            first = index(1);
            count--;
        }
    }

    private int index(int offset) {
        int index = first + offset;
        return index < times.length ? index : index - times.length;
    }

    private void grow() {
        long[] widerTimes = new long[2 * times.length];
        long[] widerAmounts = new long[2 * times.length];
        for (int i = 0; i < count; i++) {
            widerTimes[i] = times[index(i)];
            widerAmounts[i] = amounts[index(i)];
        }
        times = widerTimes;
        amounts = widerAmounts;
        first = 0;
    }
}
