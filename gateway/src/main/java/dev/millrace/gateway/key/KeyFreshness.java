package dev.millrace.gateway.key;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Decides whether the known keys are too old to be served, because a key was possibly revoked
 * since. Thread-safe.
 */
final class KeyFreshness {
    /**
     * Time for which the known keys are served while control cannot be read; a restart of the
     * cluster takes less.
     */
    static final Duration LIMIT = Duration.ofMinutes(5);

    private final BooleanSupplier readable;
    private final LongSupplier ticker;
    private boolean isUnreadable;
    private long unreadableNanos;

    /**
     * @param readable returns true while changes of keys arrive
     * @param ticker nanoseconds from any origin
     */
    KeyFreshness(BooleanSupplier readable, LongSupplier ticker) {
        this.readable = readable;
        this.ticker = ticker;
    }

    /** Returns true if every call in the last {@link #LIMIT} has found the keys unreadable. */
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
