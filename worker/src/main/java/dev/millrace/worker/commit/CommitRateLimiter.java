package dev.millrace.worker.commit;

import java.time.Duration;

/**
 * Limits the rate of transactions. A few follow each other at once, so that a single job does not
 * wait; in the long run transactions keep a distance (the generic cell rate algorithm, with a
 * distance that follows the load). Belongs to the loop's thread.
 *
 * <p>A transaction has a fixed cost, about the duration of the fastest transactions. The higher it
 * is, as with a busy broker, the fewer and larger transactions become. The same is true of large
 * ledgers, since each transaction writes them whole.
 */
final class CommitRateLimiter {
    /** Transactions that may follow each other at once: a job needs two, and jobs overlap. */
    private static final int BURST = 4;

    /** Distance of transactions under full load, in multiples of the fixed cost. */
    private static final int WORK_PER_COMMIT = 4;

    /** Part by which the cost estimate rises when a transaction takes longer. */
    private static final int COST_RISE_DIVISOR = 16;

    /** Calls announced and ended in one transaction at full load. */
    private static final int FULL_LOAD = 200;

    private static final Duration LONGEST = Duration.ofMillis(100);

    /** Characters that all ledgers together may add to the broker's offsets in a second. */
    private static final long LEDGER_CHARS_PER_SECOND = 4L << 20;

    private final long intervalNanos;
    private long paidUntilNanos;

    /** Fixed cost of a transaction; at first the largest that makes a difference. */
    private long costNanos = LONGEST.toNanos() / WORK_PER_COMMIT;

    /**
     * @param interval the least distance in the long run
     */
    CommitRateLimiter(Duration interval, long nowNanos) {
        this.intervalNanos = interval.toNanos();
        this.paidUntilNanos = nowNanos;
    }

    /**
     * Records a written transaction.
     *
     * @param tookNanos the transaction's duration
     * @param changes calls announced and ended in it
     * @param ledgerChars characters of metadata in it
     * @return nanoseconds until the next one
     */
    long onWritten(long nowNanos, long tookNanos, int changes, long ledgerChars) {
        costNanos = Math.min(tookNanos, costNanos + 1 + costNanos / COST_RISE_DIVISOR);
        long spacing = spacingNanos(changes, ledgerChars);
        long unpaid = Math.max(0, paidUntilNanos - nowNanos) + spacing;
        paidUntilNanos = nowNanos + unpaid;
        return Math.max(0, unpaid - BURST * spacing);
    }

    private long spacingNanos(int changes, long ledgerChars) {
        double load = Math.min(1.0, (double) changes / FULL_LOAD);
        long forWork = (long) (load * WORK_PER_COMMIT * costNanos);
        long forLedgers = ledgerChars * Duration.ofSeconds(1).toNanos() / LEDGER_CHARS_PER_SECOND;
        long adapted = Math.min(Math.max(forWork, forLedgers), LONGEST.toNanos());
        return Math.max(intervalNanos, adapted);
    }
}
