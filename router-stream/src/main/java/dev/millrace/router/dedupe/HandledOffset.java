package dev.millrace.router.dedupe;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Tracks the highest offset of a partition that a task has handled, in one entry of the task's
 * store. The ends in the costs topic, the requests and the jobs that a feature gets back have
 * entries in the store of {@link SeenJobStore}, lookups and answers in the store of the cache, and
 * ends of parts in the store of budgets. If the group's offsets are lost, the task reads the
 * partition from its beginning. By then a job can have been submitted again, and the end of its
 * first run must not count as the end of its second run.
 *
 * <p>The entry contains the topic id, since the offsets of a recreated topic start at 0. The ends
 * of the costs topic are frequent, so their entry is written at most every ten milliseconds. If
 * offsets are lost, only the ends of the last ten milliseconds can therefore count twice.
 */
public final class HandledOffset {
    /** The only topic of a task, or the first one. */
    private static final byte FIRST_TOPIC = 0;

    /** Precedes the name of a request topic in its key, which is longer than a job id. */
    private static final String REQUESTS = "handled-requests/";

    private static final int JOB_ID_BYTES = 16;

    private static final byte VERSION = 1;
    private static final int BYTES = 1 + 3 * Long.BYTES;
    private static final long NONE = -1;

    private final KeyValueStore<Bytes, byte[]> entries;

    /** Has another length than the other keys of its store, so it never collides with one. */
    private final Bytes key;

    private final Supplier<Uuid> topicId;
    private @Nullable Uuid handledTopic;
    private long handled;
    private long stored;

    /**
     * Offset of the last record that was read. Initially the highest value, since the position can
     * have moved backwards before the task started.
     */
    private long last = Long.MAX_VALUE;

    /**
     * @param entries a store in which no other key is a zero byte
     * @param topicId looks up the id of the partition's topic, and can block
     */
    public HandledOffset(KeyValueStore<Bytes, byte[]> entries, Supplier<Uuid> topicId) {
        this(entries, FIRST_TOPIC, topicId);
    }

    /**
     * @param entries a store in which no other key is the single byte {@code topic}
     * @param topic distinguishes the topics of a task; stored, so it must never change
     * @param topicId looks up the id of the partition's topic, and can block
     */
    public HandledOffset(KeyValueStore<Bytes, byte[]> entries, byte topic, Supplier<Uuid> topicId) {
        this(entries, Bytes.wrap(new byte[] {topic}), topicId);
    }

    private HandledOffset(KeyValueStore<Bytes, byte[]> entries, Bytes key, Supplier<Uuid> topicId) {
        this.entries = entries;
        this.key = key;
        this.topicId = topicId;
    }

    /**
     * Returns the handled offset of one of the request topics.
     *
     * @param entries the store of {@link SeenJobStore}
     * @param topicId looks up the id of the topic, and can block
     */
    static HandledOffset ofRequests(
            KeyValueStore<Bytes, byte[]> entries, String topic, Supplier<Uuid> topicId) {
        return new HandledOffset(entries, Bytes.wrap((REQUESTS + topic).getBytes(UTF_8)), topicId);
    }

    /** Looks up the id of the topic now instead of at the first record, and returns it. */
    public Uuid open() {
        Uuid topic = topicId.get();
        handledTopic = topic;
        handled = read(entries.get(key), topic);
        stored = handled;
        return topic;
    }

    private static long read(byte @Nullable [] entry, Uuid topicNow) {
        if (entry == null || entry.length != BYTES || entry[0] != VERSION) {
            return NONE;
        }
        var in = ByteBuffer.wrap(entry, 1, BYTES - 1);
        boolean isSameTopic = topicNow.equals(new Uuid(in.getLong(), in.getLong()));
        return isSameTopic ? in.getLong() : NONE;
    }

    /** Returns true for the key of a handled offset in the store of seen jobs. */
    static boolean isKey(Bytes key) {
        return key.get().length != JOB_ID_BYTES;
    }

    /**
     * Returns true when the record at this offset was not handled. An offset up to the handled one
     * is either read again, or belongs to a topic that was recreated while the task runs. In both
     * cases the position has moved backwards, and only then is the topic id looked up.
     */
    public boolean isNew(long offset) {
        Uuid known = handledTopic == null ? open() : handledTopic;
        boolean hasMovedBack = offset <= last;
        last = offset;
        if (hasMovedBack && offset <= handled) {
            Uuid topic = topicId.get();
            if (!topic.equals(known)) {
                handledTopic = topic;
                forget();
                stored = NONE;
            }
        }
        return offset > handled;
    }

    /** Treats every record of the topic as new. */
    void forget() {
        handled = NONE;
    }

    /** Records that the record at this offset was handled. */
    public void onHandled(long offset) {
        handled = Math.max(handled, offset);
    }

    /** Handles a record unless it was handled, and stores its offset. */
    public void once(long offset, Runnable handling) {
        if (isNew(offset)) {
            handling.run();
            onHandled(offset);
            flush();
        }
    }

    /** Writes a changed offset to the store. */
    public void flush() {
        if (handledTopic != null && handled != stored) {
            entries.put(
                    key,
                    ByteBuffer.allocate(BYTES)
                            .put(VERSION)
                            .putLong(handledTopic.getMostSignificantBits())
                            .putLong(handledTopic.getLeastSignificantBits())
                            .putLong(handled)
                            .array());
            stored = handled;
        }
    }
}
