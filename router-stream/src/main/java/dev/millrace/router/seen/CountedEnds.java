package dev.millrace.router.seen;

import java.nio.ByteBuffer;
import java.util.function.Supplier;
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
    private final Supplier<Uuid> costsTopic;
    private Uuid countedTopic;
    private long counted;
    private long stored;

    /**
     * Offset of the end that was read last; before the first end, the position may have gone back.
     */
    private long last = Long.MAX_VALUE;

    /**
     * @param entries the store of {@link SeenJobs}
     * @param costsTopic asks for the topic id of the costs topic, and may block
     */
    public CountedEnds(KeyValueStore<Bytes, byte[]> entries, Supplier<Uuid> costsTopic) {
        this.entries = entries;
        this.costsTopic = costsTopic;
        countedTopic = costsTopic.get();
        counted = read(entries.get(KEY));
        stored = counted;
    }

    private long read(byte @Nullable [] entry) {
        if (entry == null || entry.length != BYTES || entry[0] != VERSION) {
            return NONE;
        }
        var in = ByteBuffer.wrap(entry, 1, BYTES - 1);
        boolean isSameTopic = countedTopic.equals(new Uuid(in.getLong(), in.getLong()));
        return isSameTopic ? in.getLong() : NONE;
    }

    static boolean isKey(Bytes key) {
        return key.equals(KEY);
    }

    /**
     * Returns true when the end at that offset has not been counted. An offset that was counted is
     * read again, or belongs to a topic that was created again while the task runs. The position
     * goes back in both cases; only then is the cluster asked.
     */
    public boolean isNew(long offset) {
        boolean isBack = offset <= last;
        last = offset;
        if (isBack && offset <= counted) {
            Uuid topic = costsTopic.get();
            if (!topic.equals(countedTopic)) {
                countedTopic = topic;
                counted = NONE;
                stored = NONE;
            }
        }
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
                            .putLong(countedTopic.getMostSignificantBits())
                            .putLong(countedTopic.getLeastSignificantBits())
                            .putLong(counted)
                            .array());
            stored = counted;
        }
    }
}
