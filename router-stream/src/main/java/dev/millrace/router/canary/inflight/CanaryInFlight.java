package dev.millrace.router.canary.inflight;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Unfinished jobs of a canary in one partition, and the good results that raise their limit.
 *
 * @param inFlight jobs that were routed to the canary and have not ended, 0 or more
 * @param goodResults jobs that ended well since {@code clearedMillis}, 0 or more
 * @param clearedMillis when a trip of the canary was last cleared; 0 for never
 * @param changedMillis when a job was last routed to the canary or ended
 */
record CanaryInFlight(long inFlight, long goodResults, long clearedMillis, long changedMillis) {
    static final CanaryInFlight NONE = new CanaryInFlight(0, 0, 0, 0);

    private static final byte VERSION = 2;
    private static final int BYTES = 1 + 4 * Long.BYTES;

    /** Version of entries without {@code changedMillis}. */
    private static final byte VERSION_WITHOUT_CHANGE = 1;

    private static final int BYTES_WITHOUT_CHANGE = BYTES - Long.BYTES;

    /** Forgets the good results if a trip was cleared after them. */
    CanaryInFlight onCleared(long lastClearedMillis) {
        return lastClearedMillis > clearedMillis
                ? new CanaryInFlight(inFlight, 0, lastClearedMillis, changedMillis)
                : this;
    }

    /**
     * Forgets the unfinished jobs if all of them are older than {@code lostBeforeMillis}, because
     * their ends will never be read. Otherwise a canary at its limit would stay there for ever: it
     * gets no new jobs whose good results could raise the limit.
     */
    CanaryInFlight withoutLost(long lostBeforeMillis) {
        return inFlight > 0 && changedMillis < lostBeforeMillis
                ? new CanaryInFlight(0, goodResults, clearedMillis, changedMillis)
                : this;
    }

    /**
     * Returns true if the canary may get another job. The limit grows by one with each good result,
     * so that the possible damage grows only with proven quality.
     *
     * @param initialLimit limit without good results, 1 or more
     */
    boolean hasCapacity(int initialLimit) {
        return inFlight < initialLimit + goodResults;
    }

    CanaryInFlight onRouted(long nowMillis) {
        return new CanaryInFlight(inFlight + 1, goodResults, clearedMillis, nowMillis);
    }

    CanaryInFlight onEnd(boolean isGood, long nowMillis) {
        return new CanaryInFlight(
                Math.max(0, inFlight - 1),
                isGood ? goodResults + 1 : goodResults,
                clearedMillis,
                nowMillis);
    }

    byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .putLong(inFlight)
                .putLong(goodResults)
                .putLong(clearedMillis)
                .putLong(changedMillis)
                .array();
    }

    /**
     * Reads an entry of this version or the previous one. Null and other versions, such as after a
     * rollback of the router, give {@link #NONE}.
     *
     * @param defaultChangeMillis {@code changedMillis} for an entry without it
     */
    static CanaryInFlight read(byte @Nullable [] stored, long defaultChangeMillis) {
        if (stored == null || stored.length == 0) {
            return NONE;
        }
        var in = ByteBuffer.wrap(stored);
        byte version = in.get();
        if (stored.length == BYTES && version == VERSION) {
            return new CanaryInFlight(in.getLong(), in.getLong(), in.getLong(), in.getLong());
        }
        return stored.length == BYTES_WITHOUT_CHANGE && version == VERSION_WITHOUT_CHANGE
                ? new CanaryInFlight(in.getLong(), in.getLong(), in.getLong(), defaultChangeMillis)
                : NONE;
    }
}
