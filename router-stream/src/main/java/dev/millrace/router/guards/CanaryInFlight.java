package dev.millrace.router.guards;

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

    /** Forgets the good results if a trip was cleared after them. */
    CanaryInFlight onCleared(long lastClearedMillis) {
        return lastClearedMillis > clearedMillis
                ? new CanaryInFlight(inFlight, 0, lastClearedMillis, changedMillis)
                : this;
    }

    /**
     * Forgets the unfinished jobs if all of them are older than {@code lostBeforeMillis}, because
     * their ends will never be read. Otherwise a canary at its limit would stay there for ever: it
     * would get no new jobs whose good results could raise the limit.
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
     * Reads an entry. Null and other versions, such as after a rollback of the router, give {@link
     * #NONE}.
     */
    static CanaryInFlight read(byte @Nullable [] stored) {
        if (stored == null || stored.length != BYTES || stored[0] != VERSION) {
            return NONE;
        }
        var in = ByteBuffer.wrap(stored, 1, BYTES - 1);
        return new CanaryInFlight(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }
}
