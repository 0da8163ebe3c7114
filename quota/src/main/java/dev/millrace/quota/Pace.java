package dev.millrace.quota;

import java.time.Duration;

/**
 * Spreads permits evenly over a window: a bucket that fills at the limit's rate and has room for a
 * short burst. An amount larger than the bucket waits until the bucket is full, and leaves a debt.
 */
final class Pace {
    /** Time in which an empty bucket fills. */
    private static final long BURST_NANOS = Duration.ofMillis(300).toNanos();

    /** Part of the limit that corrections may leave in the bucket. */
    private static final int MOST_RETURNED = 10;

    private final long spanNanos;
    private long limit;
    private double level;
    private long filledNanos;

    /**
     * @param spanNanos length of the window
     */
    Pace(long limit, long spanNanos, long nowNanos) {
        this.limit = limit;
        this.spanNanos = spanNanos;
        level = capacity();
        filledNanos = nowNanos;
    }

    private double perNano() {
        return (double) limit / spanNanos;
    }

    /** Returns the size of the largest burst, at least 1. */
    double capacity() {
        return Math.max(1, Math.min((double) limit, perNano() * BURST_NANOS));
    }

    /** Returns the amount that the pace allows now; negative in debt. */
    double level(long nowNanos) {
        if (level < capacity()) {
            level = Math.min(capacity(), level + (nowNanos - filledNanos) * perNano());
        }
        filledNanos = nowNanos;
        return level;
    }

    /** Returns the nanoseconds until the pace allows the amount; 0 for now. */
    long waitNanos(long amount, long nowNanos) {
        double missing = Math.min((double) amount, capacity()) - level(nowNanos);
        return missing <= 0 ? 0 : (long) Math.ceil(missing / perNano());
    }

    void take(long amount, long nowNanos) {
        level = level(nowNanos) - amount;
    }

    /** Adds an amount that was taken and not used; removes one that is negative. */
    void giveBack(long amount, long nowNanos) {
        double most = Math.max(capacity(), (double) limit / MOST_RETURNED);
        level = Math.min(most, level(nowNanos) + amount);
    }

    void resize(long newLimit, long nowNanos) {
        level(nowNanos);
        limit = newLimit;
        level = Math.min(level, capacity());
    }
}
