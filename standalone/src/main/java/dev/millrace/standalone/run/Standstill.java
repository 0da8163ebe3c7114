package dev.millrace.standalone.run;

import java.time.Duration;

/** Tells a run of which something is stopped from one of which nothing goes on. */
final class Standstill {
    /** What the router and the sink may still have under way. */
    static final Duration QUIET = Duration.ofSeconds(10);

    private boolean isQuiet;
    private long quietSinceNanos;
    private long lastLeft;

    /** How far a run stands still. */
    enum Extent {
        NONE,
        /** Some partitions are stopped; others may go on. */
        PART,
        /** Some partitions are stopped, and nothing else has gone on for a while. */
        ALL
    }

    /**
     * Looks again.
     *
     * @param stopped partitions that are stopped
     * @param open jobs that the worker has taken and not finished
     * @param left lines without an outcome
     */
    Extent look(long stopped, long open, long left, long nowNanos) {
        boolean moves = stopped == 0 || open > 0 || left != lastLeft;
        lastLeft = left;
        if (moves) {
            isQuiet = false;
            return stopped == 0 ? Extent.NONE : Extent.PART;
        }
        if (!isQuiet) {
            isQuiet = true;
            quietSinceNanos = nowNanos;
        }
        return nowNanos - quietSinceNanos < QUIET.toNanos() ? Extent.PART : Extent.ALL;
    }
}
