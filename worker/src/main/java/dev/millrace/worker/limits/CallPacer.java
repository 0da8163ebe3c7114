package dev.millrace.worker.limits;

import java.time.Duration;

/**
 * Spreads the calls of one model over the duration of a call. Calls that start together end
 * together: without pacing, all slots would repeatedly be empty while the results of the whole wave
 * are written.
 *
 * <p>By Little's law, slots that are always in use start {@code slots ÷ mean duration} calls per
 * unit of time. The allowed rate is slightly higher, so that the pacer delays calls only after a
 * wave has ended. Belongs to the loop's thread; times are of its ticker, which can overflow.
 */
final class CallPacer {
    /** Factor above the rate that keeps all slots in use, so that empty slots refill. */
    private static final double HEADROOM = 1.25;

    /** Calls due within this time can start at once: the usual time between transactions. */
    private static final Duration CREDIT = Duration.ofMillis(50);

    /** Number of calls that can always start at once. */
    private static final int MIN_BURST = 64;

    /** Longest duration that counts; a pace derived from hanging calls would last too long. */
    private static final Duration LONGEST_SPREAD = Duration.ofSeconds(2);

    /** Approximate number of calls in the moving average. */
    private static final int MEMORY = 128;

    private final int slots;
    private double meanNanos;

    /** Time of the next call at the allowed rate; bursts start earlier. */
    private long nextNanos;

    /**
     * @param slots limit of calls in flight
     */
    CallPacer(int slots, long nowNanos) {
        this.slots = slots;
        this.nextNanos = nowNanos;
    }

    /** Records the end of a call, successful or not. */
    void onEnded(long tookNanos) {
        meanNanos += (Math.min(tookNanos, LONGEST_SPREAD.toNanos()) - meanNanos) / MEMORY;
    }

    /** Records that a call is about to start. */
    void onStarted(long nowNanos) {
        nextNanos = nowNanos + Math.max(0, nextNanos - nowNanos) + spacingNanos();
    }

    /** Takes back {@link #onStarted}, because the call is not made. */
    void onWithdrawn() {
        nextNanos -= spacingNanos();
    }

    /** Returns the nanoseconds until the next call may start; 0 for now. */
    long waitNanos(long nowNanos) {
        long credit = Math.max(CREDIT.toNanos(), MIN_BURST * spacingNanos());
        return Math.max(0, nextNanos - nowNanos - credit);
    }

    private long spacingNanos() {
        // All slots fit into the burst, so there is nothing to spread.
        return slots <= MIN_BURST ? 0 : (long) (meanNanos / (slots * HEADROOM));
    }
}
