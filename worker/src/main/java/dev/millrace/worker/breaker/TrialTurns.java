package dev.millrace.worker.breaker;

import java.time.Duration;

/**
 * Computes when the trial calls of an open breaker are due. The workers with an open breaker take
 * turns: each of n workers makes every n-th trial, so that together they make as many trials as one
 * alone. A worker's first trial follows from its rank, and its next trial is always n trials later.
 * A worker that joins or leaves thus moves the turns of the others by at most one trial.
 *
 * <pre>
 *   trial            0         1                   2                        3
 *   wait before it   open_for  2 × open_for        4 × open_for             8, then 10 × open_for
 *   two workers      rank 0    rank 1              rank 0                   rank 1
 * </pre>
 *
 * <p>Belongs to the loop's thread; times are of its ticker.
 */
final class TrialTurns {
    /** Most times that {@code open_for} grows with consecutive failed trials. */
    private static final int LONGEST_FACTOR = 10;

    /** Number of the first trial with the longest wait. */
    private static final int FIRST_LONGEST = 4;

    private final Duration openFor;
    private int workers = 1;
    private int rank;

    /** Number of the first trial that this worker does not know to be over. */
    private int next;

    /**
     * Time at which this worker's last trial failed; before its first trial, the time of the
     * opening.
     */
    private long failedNanos;

    /** True until this worker has made a trial in its turn, since all workers started to wait. */
    private boolean isFirst;

    private boolean isEarly;
    private long dueNanos;

    TrialTurns(Duration openFor) {
        this.openFor = openFor;
    }

    /**
     * Starts without any other worker.
     *
     * @param isPermanent true if the failure lasts until an operator intervenes, so that the first
     *     trial already has the longest wait
     */
    void onOpened(boolean isPermanent, long nowNanos) {
        workers = 1;
        rank = 0;
        next = isPermanent ? FIRST_LONGEST : 0;
        isFirst = true;
        schedule(nowNanos);
    }

    /** Continues with the trial after the failed trial of this worker. */
    void onFailed(long nowNanos) {
        // All workers make an early trial at once, and then wait again.
        next = isEarly ? next + 1 : turn() + 1;
        isFirst = isEarly;
        schedule(nowNanos);
    }

    private void schedule(long nowNanos) {
        failedNanos = nowNanos;
        isEarly = false;
        update();
    }

    /** Returns the number of this worker's next trial. */
    private int turn() {
        return next + (isFirst ? rank : workers - 1);
    }

    private void update() {
        long factors = 0;
        for (int trial = next; trial <= turn(); trial++) {
            factors +=
                    trial < Integer.SIZE ? Math.min(1L << trial, LONGEST_FACTOR) : LONGEST_FACTOR;
        }
        dueNanos = failedNanos + openFor.multipliedBy(factors).toNanos();
    }

    /**
     * Applies the number of workers with an open breaker, including this one, and this worker's
     * rank among them, from 0.
     */
    void share(int workerCount, int ownRank) {
        workers = workerCount;
        rank = ownRank;
        if (!isEarly) {
            update();
        }
    }

    /** Permits the next trial now, because the breaker has closed in another worker. */
    void tryNow(long nowNanos) {
        if (dueNanos - nowNanos > 0) {
            isEarly = true;
            dueNanos = nowNanos;
        }
    }

    /** Returns when this worker's next trial may start. */
    long dueNanos() {
        return dueNanos;
    }
}
