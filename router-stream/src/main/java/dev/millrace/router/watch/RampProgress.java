package dev.millrace.router.watch;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far a ramp has come. It only goes forward, a step at a time: after a pause of the router,
 * too, each step is served for its time.
 *
 * @param step from 0
 * @param sinceMillis when the step began
 * @param goodResults of the arm in this step
 */
record RampProgress(int step, long sinceMillis, int goodResults) {
    private static final byte VERSION = 1;
    private static final int BYTES = 1 + Integer.BYTES + Long.BYTES + Integer.BYTES;

    static RampProgress begin(long nowMillis) {
        return new RampProgress(0, nowMillis, 0);
    }

    /** The arm has given a good result. */
    RampProgress onGoodResult() {
        return goodResults == Integer.MAX_VALUE
                ? this
                : new RampProgress(step, sinceMillis, goodResults + 1);
    }

    /** The same step from its beginning. */
    RampProgress again(long nowMillis) {
        return new RampProgress(step, nowMillis, 0);
    }

    /** This step, or the one that follows when all is there that completes this one. */
    RampProgress onTime(RampRule rule, long nowMillis) {
        boolean completes =
                goodResults >= rule.goodResults().orElse(0)
                        && nowMillis - sinceMillis >= rule.time().orElse(Duration.ZERO).toMillis();
        return completes && step < rule.lastStep()
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
     * Reads what was stored; null for what another version wrote, and for null: the ramp begins
     * where control says.
     */
    static @Nullable RampProgress read(byte @Nullable [] stored) {
        if (stored == null || stored.length != BYTES || stored[0] != VERSION) {
            return null;
        }
        var in = ByteBuffer.wrap(stored, 1, BYTES - 1);
        return new RampProgress(in.getInt(), in.getLong(), in.getInt());
    }
}
