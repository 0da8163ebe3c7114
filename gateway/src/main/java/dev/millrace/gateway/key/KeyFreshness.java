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

    /** Time of the last call that found the keys readable. */
    private long readNanos;

    /**
     * @param readable returns true while changes of keys arrive
     * @param ticker nanoseconds from any origin
     */
    KeyFreshness(BooleanSupplier readable, LongSupplier ticker) {
        this.readable = readable;
        this.ticker = ticker;
        readNanos = ticker.getAsLong();
    }

    /**
     * Returns true if the keys are unreadable, and no call in the last {@link #LIMIT} has found
     * them readable. After a pause without calls, it is unknown for how long they have been
     * unreadable.
     */
    synchronized boolean isStale() {
        long now = ticker.getAsLong();
        if (readable.getAsBoolean()) {
            readNanos = now;
            return false;
        }
        return now - readNanos >= LIMIT.toNanos();
    }
}
