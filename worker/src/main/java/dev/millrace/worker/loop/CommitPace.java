package dev.millrace.worker.loop;

import java.time.Duration;

/**
 * How far transactions are apart. A few follow each other at once, so that a job that comes alone
 * waits for nobody; in the long run they keep their distance (the generic cell rate algorithm, with
 * a distance that follows the load). Belongs to the loop's thread.
 *
 * <p>A transaction costs about the same for one result as for a thousand. So a busy broker, seen by
 * how long large transactions take, gets fewer and larger ones; and so do large ledgers, since each
 * transaction writes them whole.
 */
final class CommitPace {
    /** Transactions that may follow each other at once: a job needs two, and not all come alone. */
    private static final int BURST = 4;

    /** Under full load the loop works at least this many times as long as it commits. */
    private static final int WORK_PER_COMMIT = 4;

    /** Calls announced and ended in one transaction from which on the load is full. */
    private static final int FULL_LOAD = 200;

    private static final Duration LONGEST = Duration.ofMillis(100);

    /** What all ledgers together may add to the broker's offsets in a second. */
    private static final long LEDGER_CHARS_PER_SECOND = 4L << 20;

    private final long intervalNanos;
    private long paidUntilNanos;

    /**
     * @param interval the least distance in the long run
     */
    CommitPace(Duration interval, long nowNanos) {
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
        long spacing = spacingNanos(tookNanos, changes, ledgerChars);
        long unpaid = Math.max(0, paidUntilNanos - nowNanos) + spacing;
        paidUntilNanos = nowNanos + unpaid;
        return Math.max(0, unpaid - BURST * spacing);
    }

    private long spacingNanos(long tookNanos, int changes, long ledgerChars) {
        double load = Math.min(1.0, (double) changes / FULL_LOAD);
        long forWork = (long) (load * WORK_PER_COMMIT * tookNanos);
        long forLedgers = ledgerChars * Duration.ofSeconds(1).toNanos() / LEDGER_CHARS_PER_SECOND;
        long adapted = Math.min(Math.max(forWork, forLedgers), LONGEST.toNanos());
        return Math.max(intervalNanos, adapted);
    }
}
