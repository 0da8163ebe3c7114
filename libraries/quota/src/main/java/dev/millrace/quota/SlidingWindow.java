package dev.millrace.quota;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * The amounts sent within a window of time, oldest first, and the amounts taken but not sent yet.
 *
 * <p>The window is slightly longer than the provider's, because network latency differs from call
 * to call. Amounts sent at nearly one time share an entry, which leaves with the youngest of them.
 */
final class SlidingWindow {
    /** Divisor of the window: the part by which it is longer than the provider's window. */
    private static final int STRETCH = 200;

    /** Further nanoseconds that the window is longer than the provider's. */
    private static final long DELAY_NANOS = Duration.ofMillis(20).toNanos();

    /** Bound on the entries of a window. */
    private static final int ENTRIES = 500;

    private final long spanNanos;
    private final long grainNanos;
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private long sum;

    /** The amount that was taken and is neither sent nor given back. */
    private long unsent;

    private static final class Entry {
        private final long firstNanos;
        private long lastNanos;
        private long amount;

        private Entry(long nowNanos) {
            firstNanos = nowNanos;
            lastNanos = nowNanos;
        }
    }

    /**
     * @param window of the provider
     */
    SlidingWindow(Duration window) {
        spanNanos = spanNanos(window);
        grainNanos = spanNanos / ENTRIES;
    }

    /** Returns the length of the window for a window of the provider. */
    static long spanNanos(Duration window) {
        long nanos = window.toNanos();
        return nanos + nanos / STRETCH + DELAY_NANOS;
    }

    /** Returns the length of the window, which is longer than the provider's. */
    long spanNanos() {
        return spanNanos;
    }

    /** Returns the amount in the window that ends now, plus the unsent amount. */
    long sum(long nowNanos) {
        dropOld(nowNanos);
        return sum + unsent;
    }

    long unsent() {
        return unsent;
    }

    private void dropOld(long nowNanos) {
        for (Entry oldest = entries.peekFirst();
                oldest != null && nowNanos - oldest.lastNanos >= spanNanos;
                oldest = entries.peekFirst()) {
            sum -= oldest.amount;
            entries.removeFirst();
        }
    }

    /** Adds an amount that will be sent or given back. */
    void take(long amount) {
        unsent += amount;
    }

    /** Removes an amount that was taken and is not sent. */
    void giveBack(long amount) {
        unsent -= amount;
    }

    /** Notes that a taken amount was sent; it leaves the window after the window's length. */
    void onSent(long amount, long nowNanos) {
        unsent -= amount;
        Entry entry = entries.peekLast();
        if (entry == null || nowNanos - entry.firstNanos >= grainNanos) {
            entry = new Entry(nowNanos);
            entries.addLast(entry);
        }
        entry.lastNanos = nowNanos;
        entry.amount += amount;
        sum += amount;
    }

    /**
     * Changes an amount that was sent at a given time. Does nothing after the amount has left the
     * window.
     *
     * @param change negative for less
     */
    void change(long change, long sentNanos) {
        for (Iterator<Entry> it = entries.descendingIterator(); it.hasNext(); ) {
            Entry entry = it.next();
            if (sentNanos - entry.firstNanos >= 0) {
                long bounded = Math.max(change, -entry.amount);
                entry.amount += bounded;
                sum += bounded;
                return;
            }
        }
    }

    /**
     * Returns the sent amounts, grouped by the part of the window's length after which they leave
     * it.
     */
    List<Long> leaving(int parts, long nowNanos) {
        dropOld(nowNanos);
        var leaving = new Long[parts];
        Arrays.fill(leaving, 0L);
        long partNanos = spanNanos / parts;
        for (Entry entry : entries) {
            long untilNanos = spanNanos - (nowNanos - entry.lastNanos);
            int part = (int) Math.min(parts - 1, untilNanos / partNanos);
            leaving[part] += entry.amount;
        }
        return List.of(leaving);
    }

    /**
     * Returns the nanoseconds until the window contains at most the given amount; {@link
     * RatePermits#UNKNOWN} if this depends on unsent calls.
     */
    long untilAtMost(long amount, long nowNanos) {
        long left = sum(nowNanos);
        if (left <= amount) {
            return 0;
        }
        for (Entry entry : entries) {
            left -= entry.amount;
            if (left <= amount) {
                return spanNanos - (nowNanos - entry.lastNanos);
            }
        }
        return RatePermits.UNKNOWN;
    }
}
