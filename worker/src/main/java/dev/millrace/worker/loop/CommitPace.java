package dev.millrace.worker.loop;

import java.time.Duration;

/**
 * How far transactions are apart under load. A transaction costs about the same for one result as
 * for a thousand, so where it takes long the broker is busy and commits are spaced further; so are
 * they when the ledgers are large, since each commit writes them whole.
 *
 * @param interval the least time between two commits
 */
record CommitPace(Duration interval) {
    /** The loop works at least this many times as long as it has committed. */
    private static final int WORK_PER_COMMIT = 4;

    private static final Duration LONGEST = Duration.ofMillis(100);

    /** What all ledgers together may add to the broker's offsets in a second. */
    private static final long LEDGER_CHARS_PER_SECOND = 4L << 20;

    /**
     * @param tookNanos the last transaction
     * @param ledgerChars metadata that it wrote
     */
    long spacingNanos(long tookNanos, long ledgerChars) {
        long forLedgers = ledgerChars * Duration.ofSeconds(1).toNanos() / LEDGER_CHARS_PER_SECOND;
        long adapted = Math.max(WORK_PER_COMMIT * tookNanos, forLedgers);
        return Math.max(interval.toNanos(), Math.min(adapted, LONGEST.toNanos()));
    }
}
