package dev.millrace.gateway.key;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Tells whether the keys are so old that one of them may have been revoked long ago. Thread-safe.
 */
final class KeyFreshness {
    /** How long keys are served that cannot be read again: the restart of a cluster. */
    static final Duration LIMIT = Duration.ofMinutes(5);

    private final BooleanSupplier readable;
    private final LongSupplier ticker;
    private boolean isUnreadable;
    private long unreadableNanos;

    /**
     * @param readable whether the keys are being followed
     * @param ticker nanoseconds from any origin
     */
    KeyFreshness(BooleanSupplier readable, LongSupplier ticker) {
        this.readable = readable;
        this.ticker = ticker;
    }

    /** Returns true if the keys were not readable for {@link #LIMIT} of looks like this one. */
    synchronized boolean isStale() {
        if (readable.getAsBoolean()) {
            isUnreadable = false;
            return false;
        }
        long now = ticker.getAsLong();
        if (!isUnreadable) {
            isUnreadable = true;
            unreadableNanos = now;
        }
        return now - unreadableNanos >= LIMIT.toNanos();
    }
}
