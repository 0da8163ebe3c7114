package dev.millrace.gateway.key;

import java.time.Duration;

/**
 * A token bucket that fills continuously within a minute. A request above the capacity needs a full
 * bucket, and leaves it below zero. Not thread-safe.
 */
final class RateBucket {
    private static final double MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    private double perMinute;
    private double available;
    private long updatedNanos;

    /** Creates a full bucket. */
    RateBucket(double perMinute, long nowNanos) {
        this.perMinute = perMinute;
        available = capacity();
        updatedNanos = nowNanos;
    }

    /** Lets time pass, then applies a limit, which has possibly changed. */
    void update(double newPerMinute, long nowNanos) {
        available += (nowNanos - updatedNanos) / MINUTE_NANOS * perMinute;
        updatedNanos = nowNanos;
        perMinute = newPerMinute;
        available = Math.min(available, capacity());
    }

    /** Returns the capacity: at least 1, so that even the lowest limit lets requests pass. */
    private double capacity() {
        return Math.max(1, perMinute);
    }

    /** Returns the time until an amount can be taken; zero if it can be taken now. */
    Duration waitFor(double amount) {
        return untilAvailable(Math.min(amount, capacity()));
    }

    /** Returns the time until the bucket is full. */
    Duration untilFull() {
        return untilAvailable(capacity());
    }

    private Duration untilAvailable(double wanted) {
        double missing = wanted - available;
        return missing <= 0
                ? Duration.ZERO
                : Duration.ofNanos((long) Math.ceil(missing / perMinute * MINUTE_NANOS));
    }

    /** Takes an amount, or gives one back if it is negative. */
    void take(double amount) {
        available = Math.min(available - amount, capacity());
    }

    /** Returns the remaining amount, which can be negative. */
    double available() {
        return available;
    }
}
