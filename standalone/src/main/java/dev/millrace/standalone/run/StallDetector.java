package dev.millrace.standalone.run;

import java.time.Duration;

/** Detects a stalled run: some partitions are stopped and no other work makes progress. */
final class StallDetector {
    /** Time for the router and the sink to finish the work that they hold. */
    static final Duration QUIET_PERIOD = Duration.ofSeconds(10);

    private boolean isQuiet;
    private long quietSinceNanos;
    private long lastPending;

    /** Degree to which a run is stalled. */
    enum Stall {
        NONE,
        /** Some partitions are stopped; others can still make progress. */
        PARTIAL,
        /**
         * Some partitions are stopped, and no other partition has made progress for the quiet
         * period.
         */
        TOTAL
    }

    /**
     * Evaluates the current figures.
     *
     * @param stopped number of stopped partitions
     * @param open number of jobs that the worker has taken and not finished
     * @param pending number of lines without an outcome
     */
    Stall check(long stopped, long open, long pending, long nowNanos) {
        boolean makesProgress = stopped == 0 || open > 0 || pending != lastPending;
        lastPending = pending;
        if (makesProgress) {
            isQuiet = false;
            return stopped == 0 ? Stall.NONE : Stall.PARTIAL;
        }
        if (!isQuiet) {
            isQuiet = true;
            quietSinceNanos = nowNanos;
        }
        return nowNanos - quietSinceNanos < QUIET_PERIOD.toNanos() ? Stall.PARTIAL : Stall.TOTAL;
    }
}
