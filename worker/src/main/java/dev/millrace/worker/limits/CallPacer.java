package dev.millrace.worker.limits;

import java.time.Duration;

/**
 * Spreads the calls of one model over the time that a call takes. Calls that start together end
 * together: without this, slots would stay empty while the whole wave is written, time after time.
 *
 * <p>By Little's law, slots that are always in use start {@code slots ÷ mean duration} calls in a
 * given time. A little more than that is allowed, so that it binds only when a wave has ended.
 * Belongs to the loop's thread; times are of its ticker, which may overflow.
 */
final class CallPacer {
    /** Factor above the rate that keeps all slots in use, so that empty slots fill up again. */
    private static final double HEADROOM = 1.25;

    /** Calls of this time may start at once: transactions are about as far apart. */
    private static final Duration CREDIT = Duration.ofMillis(50);

    /** Calls that may start at once in any case. */
    private static final int LEAST_BURST = 64;

    /** Longest duration that counts: a pace learnt from hanging calls would last too long. */
    private static final Duration LONGEST_SPREAD = Duration.ofSeconds(2);

    /** Calls that the mean remembers, about. */
    private static final int MEMORY = 128;

    private final int slots;
    private double meanNanos;
    private long paidUntilNanos;

    /**
     * @param slots limit of calls in flight
     */
    CallPacer(int slots, long nowNanos) {
        this.slots = slots;
        this.paidUntilNanos = nowNanos;
    }

    /** A call has ended, well or not. */
    void onEnded(long tookNanos) {
        meanNanos += (Math.min(tookNanos, LONGEST_SPREAD.toNanos()) - meanNanos) / MEMORY;
    }

    /** A call is about to start. */
    void onStarted(long nowNanos) {
        paidUntilNanos = nowNanos + Math.max(0, paidUntilNanos - nowNanos) + spacingNanos();
    }

    /** A call that was counted as started is not made. */
    void onWithdrawn() {
        paidUntilNanos -= spacingNanos();
    }

    /** Returns the nanoseconds until the next call may start; 0 for now. */
    long waitNanos(long nowNanos) {
        long credit = Math.max(CREDIT.toNanos(), LEAST_BURST * spacingNanos());
        return Math.max(0, paidUntilNanos - nowNanos - credit);
    }

    private long spacingNanos() {
        // All slots together are within the burst.
        return slots <= LEAST_BURST ? 0 : (long) (meanNanos / (slots * HEADROOM));
    }
}
