package dev.millrace.router.guards;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Progress of a ramp. A ramp never moves back and moves one step at a time, so each step gets its
 * full time even after a downtime of the router.
 *
 * @param step from 0
 * @param sinceMillis time at which the step started
 * @param goodResults good results of the arm in this step
 */
record RampProgress(int step, long sinceMillis, int goodResults) {
    private static final byte VERSION = 1;
    private static final int BYTES = 1 + Integer.BYTES + Long.BYTES + Integer.BYTES;

    /** Counts a good result of the arm. */
    RampProgress onGoodResult() {
        return goodResults == Integer.MAX_VALUE
                ? this
                : new RampProgress(step, sinceMillis, goodResults + 1);
    }

    /** Returns the beginning of the current step. */
    RampProgress restartStep(long nowMillis) {
        return new RampProgress(step, nowMillis, 0);
    }

    /** Returns the next step if this one is complete and not the last; otherwise this step. */
    RampProgress onTick(RampSchedule schedule, long nowMillis) {
        boolean isComplete =
                goodResults >= schedule.goodResults().orElse(0)
                        && nowMillis - sinceMillis
                                >= schedule.time().orElse(Duration.ZERO).toMillis();
        return isComplete && step < schedule.lastStep()
                ? new RampProgress(step + 1, nowMillis, 0)
                : this;
    }

    byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .putInt(step)
                .putLong(sinceMillis)
                .putInt(goodResults)
                .array();
    }

    /**
     * Reads stored progress. Returns null for null and for an unknown version; the ramp then
     * resumes at the step that control has.
     */
    static @Nullable RampProgress read(byte @Nullable [] stored) {
        if (stored == null || stored.length != BYTES || stored[0] != VERSION) {
            return null;
        }
        var in = ByteBuffer.wrap(stored, 1, BYTES - 1);
        return new RampProgress(in.getInt(), in.getLong(), in.getInt());
    }
}
