package dev.millrace.worker.commit;

import java.time.Duration;

/**
 * Limits the rate of transactions by the generic cell rate algorithm, with an interval that follows
 * the load. A few transactions may follow each other at once, so that a single job does not wait.
 * Belongs to the loop's thread.
 *
 * <p>A transaction has a fixed cost, about the duration of the fastest transactions. A higher cost,
 * such as with a busy broker, makes transactions fewer and larger. So do large ledgers, since each
 * transaction writes its ledgers as a whole.
 */
final class CommitRateLimiter {
    /** Transactions that may follow each other at once: a job needs two, and jobs overlap. */
    private static final int BURST = 4;

    /** Interval between transactions under full load, in multiples of the fixed cost. */
    private static final int WORK_PER_COMMIT = 4;

    /** A longer transaction raises the cost estimate by at most this fraction of it. */
    private static final int COST_RISE_DIVISOR = 16;

    /** Number of calls announced and ended in one transaction that counts as full load. */
    private static final int FULL_LOAD = 200;

    private static final Duration LONGEST = Duration.ofMillis(100);

    /** Characters that all ledgers together may add to the broker's offsets in a second. */
    private static final long LEDGER_CHARS_PER_SECOND = 4L << 20;

    private final long intervalNanos;

    /** Time until which the transactions so far have used up the rate. */
    private long paidUntilNanos;

    /** Estimated fixed cost of a transaction; initially the highest cost that has an effect. */
    private long costNanos = LONGEST.toNanos() / WORK_PER_COMMIT;

    /**
     * @param interval minimum interval between transactions in the long run
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
     * @return nanoseconds until the next transaction may begin
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
