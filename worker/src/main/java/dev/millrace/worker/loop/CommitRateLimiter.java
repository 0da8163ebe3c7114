package dev.millrace.worker.loop;

import java.time.Duration;

/**
 * How far transactions are apart. A few follow each other at once, so that a job that comes alone
 * waits for nobody; in the long run they keep their distance (the generic cell rate algorithm, with
 * a distance that follows the load). Belongs to the loop's thread.
 *
 * <p>A transaction has a cost of its own, whatever it holds: about that of the fastest ones. The
 * higher it is, as it is with a busy broker, the fewer and larger they become; and so do those with
 * large ledgers, since each transaction writes them whole.
 */
final class CommitRateLimiter {
    /** Transactions that may follow each other at once: a job needs two, and not all come alone. */
    private static final int BURST = 4;

    /** Under full load they are at least so many times as far apart as one costs by itself. */
    private static final int WORK_PER_COMMIT = 4;

    /** By this part the cost is taken to have risen when a transaction takes longer. */
    private static final int COST_RISE_DIVISOR = 16;

    /** Calls announced and ended in one transaction from which on the load is full. */
    private static final int FULL_LOAD = 200;

    private static final Duration LONGEST = Duration.ofMillis(100);

    /** What all ledgers together may add to the broker's offsets in a second. */
    private static final long LEDGER_CHARS_PER_SECOND = 4L << 20;

    private final long intervalNanos;
    private long paidUntilNanos;

    /** Of a transaction by itself; at first the most that makes a difference. */
    private long costNanos = LONGEST.toNanos() / WORK_PER_COMMIT;

    /**
     * @param interval the least distance in the long run
     */
    CommitRateLimiter(Duration interval, long nowNanos) {
        this.intervalNanos = interval.toNanos();
        this.paidUntilNanos = nowNanos;
    }

    /**
     * A transaction has been written.
     *
     * @param tookNanos how long that was
     * @param changes calls that it announced and ended
     * @param ledgerChars metadata that it wrote
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
