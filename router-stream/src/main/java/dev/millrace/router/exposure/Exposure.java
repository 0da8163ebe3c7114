package dev.millrace.router.exposure;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What an arm has of one partition's jobs.
 *
 * @param open jobs that were routed to it and have not ended, 0 or more
 * @param good jobs of it that have ended well since {@code sinceMillis}, 0 or more
 * @param sinceMillis when someone last gave it its share back after a trip; 0 for never
 */
record Exposure(long open, long good, long sinceMillis) {
    static final Exposure NONE = new Exposure(0, 0, 0);

    private static final byte VERSION = 1;
    private static final int BYTES = 1 + 3 * Long.BYTES;

    /** The same, with nothing to its credit if it has been given its share back since. */
    Exposure since(long clearedMillis) {
        return clearedMillis > sinceMillis ? new Exposure(open, 0, clearedMillis) : this;
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

    Exposure onRouted() {
        return new Exposure(open + 1, good, sinceMillis);
    }

    Exposure onEnd(boolean isGood) {
        return new Exposure(Math.max(0, open - 1), isGood ? good + 1 : good, sinceMillis);
    }

    byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .putLong(open)
                .putLong(good)
                .putLong(sinceMillis)
                .array();
    }

    /**
     * Reads what was stored; what another version wrote, or null, is none: the arm begins anew, and
     * a router that is rolled back goes on.
     */
    static Exposure read(byte @Nullable [] stored) {
        if (stored == null || stored.length != BYTES || stored[0] != VERSION) {
            return NONE;
        }
        var in = ByteBuffer.wrap(stored, 1, BYTES - 1);
        return new Exposure(in.getLong(), in.getLong(), in.getLong());
    }
}
