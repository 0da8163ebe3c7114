package dev.millrace.router.exposure;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What an arm has of one partition's jobs.
 *
 * @param open jobs that were routed to it and have not ended, 0 or more
 * @param good jobs of it that have ended well since {@code sinceMillis}, 0 or more
 * @param sinceMillis when someone last gave it its share back after a trip; 0 for never
 * @param movedMillis when a job was last routed to it or ended
 */
record Exposure(long open, long good, long sinceMillis, long movedMillis) {
    static final Exposure NONE = new Exposure(0, 0, 0, 0);

    private static final byte VERSION = 2;
    private static final int BYTES = 1 + 4 * Long.BYTES;

    /** Entries that do not say when the arm moved. */
    private static final byte VERSION_WITHOUT_MOVE = 1;

    private static final int BYTES_WITHOUT_MOVE = BYTES - Long.BYTES;

    /** The same, with nothing to its credit if it has been given its share back since. */
    Exposure since(long clearedMillis) {
        return clearedMillis > sinceMillis
                ? new Exposure(open, 0, clearedMillis, movedMillis)
                : this;
    }

    /**
     * The same, without open jobs if all of them came before {@code lostMillis}: their ends will
     * never be read. An arm without room gets no job that could end, so it would have none for
     * ever; one with room earns more with each good end.
     */
    Exposure withoutLost(long lostMillis) {
        return open > 0 && movedMillis < lostMillis
                ? new Exposure(0, good, sinceMillis, movedMillis)
                : this;
    }

    /**
     * Whether one more job may go to it: it may have some unfinished ones from the beginning, and
     * one more for each that has ended well. So what it may lose grows with what it has shown.
     *
     * @param initially how many from the beginning, 1 or more
     */
    boolean hasRoom(int initially) {
        return open < initially + good;
    }

    Exposure onRouted(long nowMillis) {
        return new Exposure(open + 1, good, sinceMillis, nowMillis);
    }

    Exposure onEnd(boolean isGood, long nowMillis) {
        return new Exposure(
                Math.max(0, open - 1), isGood ? good + 1 : good, sinceMillis, nowMillis);
    }

    byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .putLong(open)
                .putLong(good)
                .putLong(sinceMillis)
                .putLong(movedMillis)
                .array();
    }

    /**
     * Reads what this version or the one before stored; anything else, or null, is none: the arm
     * begins anew, and a router that is rolled back goes on.
     *
     * @param unknownMoveMillis when the arm moved, for an entry that does not say it
     */
    static Exposure read(byte @Nullable [] stored, long unknownMoveMillis) {
        if (stored == null || stored.length == 0) {
            return NONE;
        }
        var in = ByteBuffer.wrap(stored);
        byte version = in.get();
        if (stored.length == BYTES && version == VERSION) {
            return new Exposure(in.getLong(), in.getLong(), in.getLong(), in.getLong());
        }
        return stored.length == BYTES_WITHOUT_MOVE && version == VERSION_WITHOUT_MOVE
                ? new Exposure(in.getLong(), in.getLong(), in.getLong(), unknownMoveMillis)
                : NONE;
    }
}
