package dev.millrace.router.seen;

import java.nio.ByteBuffer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Remembers up to which offset of its costs partition a task has counted ends, in one entry of the
 * store of {@link SeenJobs}. Where the group's offsets are lost the partition is read from its
 * beginning, and a job may have been sent again since its end: the end of its first life must not
 * end its second one.
 *
 * <p>The entry says which topic it means, since a topic that was deleted and created again counts
 * from 0. It is written every ten milliseconds at most and not with each end: offsets that are lost
 * later than that leave nothing open but the ends of the last ten milliseconds.
 */
public final class CountedEnds {
    /** Shorter than any job's id, so that it is none. */
    private static final Bytes KEY = Bytes.wrap(new byte[] {0});

    private static final byte VERSION = 1;
    private static final int BYTES = 1 + 3 * Long.BYTES;
    private static final long NONE = -1;

    private final KeyValueStore<Bytes, byte[]> entries;
    private final Uuid costsTopic;
    private long counted;
    private long stored;

    /**
     * @param entries the store of {@link SeenJobs}
     * @param costsTopic the topic id of the costs topic
     */
    public CountedEnds(KeyValueStore<Bytes, byte[]> entries, Uuid costsTopic) {
        this.entries = entries;
        this.costsTopic = costsTopic;
        counted = read(entries.get(KEY));
        stored = counted;
    }

    private long read(byte @Nullable [] entry) {
        if (entry == null || entry.length != BYTES || entry[0] != VERSION) {
            return NONE;
        }
        var in = ByteBuffer.wrap(entry, 1, BYTES - 1);
        boolean isSameTopic = costsTopic.equals(new Uuid(in.getLong(), in.getLong()));
        return isSameTopic ? in.getLong() : NONE;
    }

    static boolean isKey(Bytes key) {
        return key.equals(KEY);
    }

    /** Returns true when the end at that offset has not been counted. */
    public boolean isNew(long offset) {
        return offset > counted;
    }

    /** The end at that offset has been counted. */
    public void onCounted(long offset) {
        counted = Math.max(counted, offset);
    }

    /** Stores what has changed. */
    public void flush() {
        if (counted != stored) {
            entries.put(
                    KEY,
                    ByteBuffer.allocate(BYTES)
                            .put(VERSION)
                            .putLong(costsTopic.getMostSignificantBits())
                            .putLong(costsTopic.getLeastSignificantBits())
                            .putLong(counted)
                            .array());
            stored = counted;
        }
    }
}
