package dev.millrace.worker.commit;

import java.time.Duration;

/**
 * Limits the rate of transactions by the generic cell rate algorithm, with an interval that follows
 * the load. A few transactions can follow each other at once, so that a single job does not wait.
 * Belongs to the loop's thread.
 *
 * <p>A transaction has a fixed cost, about the duration of the fastest transactions. If this cost
 * rises, for example because the broker is busy, transactions become fewer and larger. Large
 * ledgers have a similar effect, since each transaction writes whole ledgers.
 */
final class CommitRateLimiter {
    /**
     * Number of transactions that can follow each other at once: a job needs two, and jobs overlap.
     */
    private static final int BURST = 4;

    /** Interval between transactions under full load, in multiples of a transaction's cost. */
    private static final int COSTS_PER_INTERVAL = 4;

    /** A long transaction raises the estimated cost by at most the estimate divided by this. */
    private static final int COST_RISE_DIVISOR = 16;

    /** Number of calls announced and ended in one transaction that counts as full load. */
    private static final int FULL_LOAD = 200;

    private static final Duration LONGEST_INTERVAL = Duration.ofMillis(100);

    /** Characters that all ledgers together may add to the broker's offsets in a second. */
    private static final long LEDGER_CHARS_PER_SECOND = 4L << 20;

    private final long intervalNanos;

    /** Time of the next transaction at the allowed rate; bursts begin earlier. */
    private long nextNanos;

    /** Estimated fixed cost of a transaction; initially the highest that has an effect. */
    private long costNanos = LONGEST_INTERVAL.toNanos() / COSTS_PER_INTERVAL;

    /**
     * @param interval minimum interval between transactions in the long run
     */
    CommitRateLimiter(Duration interval, long nowNanos) {
        this.intervalNanos = interval.toNanos();
        this.nextNanos = nowNanos;
    }

    /**
     * Records a written transaction.
     *
     * @param tookNanos the transaction's duration
     * @param changes calls announced and ended in it
     * @param ledgerChars characters of metadata in it
     * @return nanoseconds until the next transaction may begin
     */
    long onWritten(long nowNanos, long tookNanos, int changes, long ledgerChars) {
        costNanos = Math.min(tookNanos, costNanos + 1 + costNanos / COST_RISE_DIVISOR);
        long spacing = spacingNanos(changes, ledgerChars);
        // A caller that waits is never further ahead; one that does not must not wait longer later.
        long furthestAhead = BURST * Math.max(intervalNanos, LONGEST_INTERVAL.toNanos());
        long ahead = Math.clamp(nextNanos - nowNanos, 0, furthestAhead);
        long untilNext = ahead + spacing;
        nextNanos = nowNanos + untilNext;
        return Math.max(0, untilNext - BURST * spacing);
    }

    private long spacingNanos(int changes, long ledgerChars) {
        double load = Math.min(1.0, (double) changes / FULL_LOAD);
        long forWork = (long) (load * COSTS_PER_INTERVAL * costNanos);
        long forLedgers = ledgerChars * Duration.ofSeconds(1).toNanos() / LEDGER_CHARS_PER_SECOND;
        long adapted = Math.min(Math.max(forWork, forLedgers), LONGEST_INTERVAL.toNanos());
        return Math.max(intervalNanos, adapted);
    }
}
