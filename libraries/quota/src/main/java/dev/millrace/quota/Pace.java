package dev.millrace.quota;

import java.time.Duration;

/**
 * Spreads permits evenly over a window: a bucket that fills at the limit's rate and has room for a
 * short burst. An amount larger than the burst waits for the burst, and leaves a debt. The bucket
 * has room for more than a burst, so that it still fills between the burst and the next take.
 */
final class Pace {
    /** Corrections fill the bucket up to the limit divided by this number. */
    private static final int MOST_RETURNED = 10;

    /** A missing part of a burst below this is an error of rounding, and does not count. */
    private static final double ROUNDING = 1e-12;

    private final long spanNanos;
    private final long burstNanos;
    private long limit;
    private double level;
    private long filledNanos;

    /**
     * @param spanNanos length of the window
     * @param burst time in which an empty bucket has a burst, and then again until it is full
     */
    Pace(long limit, long spanNanos, Duration burst, long nowNanos) {
        this.limit = limit;
        this.spanNanos = spanNanos;
        burstNanos = burst.toNanos();
        level = room();
        filledNanos = nowNanos;
    }

    private double perNano() {
        return (double) limit / spanNanos;
    }

    /** Returns the amount that can be taken at once, at least 1. */
    double burst() {
        return Math.max(1, Math.min((double) limit, perNano() * burstNanos));
    }

    /** Returns the most that the bucket holds. */
    double room() {
        return Math.min((double) limit, burst() + perNano() * burstNanos);
    }

    /** Returns the amount that the pace allows now; negative in debt. */
    double level(long nowNanos) {
        if (level < room()) {
            level = Math.min(room(), level + (nowNanos - filledNanos) * perNano());
        }
        filledNanos = nowNanos;
        return level;
    }

    /** Returns the nanoseconds until the pace allows the amount; 0 for now. */
    long waitNanos(long amount, long nowNanos) {
        double most = burst();
        double missing = Math.min((double) amount, most) - level(nowNanos) - most * ROUNDING;
        return missing <= 0 ? 0 : (long) Math.ceil(missing / perNano());
    }

    void take(long amount, long nowNanos) {
        level = level(nowNanos) - amount;
    }

    /** Adds an amount that was taken and not used. A negative amount is removed. */
    void giveBack(long amount, long nowNanos) {
        double most = Math.max(room(), (double) limit / MOST_RETURNED);
        level = Math.min(most, level(nowNanos) + amount);
    }

    void resize(long newLimit, long nowNanos) {
        level(nowNanos);
        limit = newLimit;
        level = Math.min(level, room());
    }
}
