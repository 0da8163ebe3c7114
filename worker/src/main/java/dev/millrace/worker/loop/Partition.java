package dev.millrace.worker.loop;

import dev.millrace.contracts.job.Lane;
import dev.millrace.worker.ledger.LedgerLimits;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.ledger.Snapshot;
import dev.millrace.worker.ledger.TopicTag;
import dev.millrace.worker.port.JobTopics;
import dev.millrace.worker.port.JobTopics.Committed;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partition for as long as it is assigned: after a loss and a new assignment it is another
 * object, so that nothing of the time before is committed. Belongs to the loop's thread.
 *
 * <pre>
 *   RESTORING ──────────────────► ACTIVE ──► DRAINING ──► GONE
 *       │  └────► UNCOMMITTED ──────▲                      ▲
 *       └──────────────┴─────────► STOPPED ────────────────┘     (what is finished is not known)
 * </pre>
 *
 * <p>A partition that is lost is GONE at once, whatever its state. One whose topic lacks the record
 * at its position has a reason to be stopped too, but stays ACTIVE: what is open of it goes on.
 */
final class Partition {
    private static final Logger LOG = LoggerFactory.getLogger(Partition.class);

    /** What the client keeps of a record besides its bytes, about. */
    private static final int RECORD_OVERHEAD_BYTES = 512;

    private static final LedgerLimits UNUSED =
            new LedgerLimits(JobTopics.Limits.DEFAULT.metadataChars(), 1);

    final TopicPartition id;

    final JobTopic topic;

    /** The model whose jobs it holds. */
    final String model;

    /** Which of the model's queues it is a part of. */
    final Lane lane;

    final Deque<ConsumerRecord<byte[], byte[]>> buffer = new ArrayDeque<>();
    final Set<Job> jobs = new LinkedHashSet<>();

    State state = State.RESTORING;
    PartitionLedger ledger = PartitionLedger.fresh(UNUSED, 0);

    /** Why nothing more is taken of it; empty when it is well. */
    String stopReason = "";

    /**
     * Why the cluster rejects its writes; empty when it accepts them. Meanwhile no job is taken and
     * no call announced; ended calls are kept, and their writes are retried.
     */
    String refusal = "";

    long bufferedBytes;

    /** What is settled for it and not known to be written. */
    long settledBytes;

    boolean isPaused = true;

    /** The offset of the last transaction that was tried, or of an earlier owner; -1 for none. */
    long writtenTo = -1;

    /** What is known to be committed; null when nothing is. */
    @Nullable Snapshot written;

    /** What is committed, as the cluster will tell; null before it was asked. */
    @Nullable CompletableFuture<Committed> committed;

    /** Of the topic whose records it has; empty while it is not known. */
    private String topicId = "";

    private String topicTag = TopicTag.of("");

    /** Its topic does not exist any more, as far as is known: no offset of it can be committed. */
    boolean isTopicDeleted;

    /** The state in which it begins again, as soon as nothing of it is open; null for never. */
    @Nullable State restart;

    /** All records below have been polled, and are taken or buffered. */
    long polledTo;

    enum State {
        /** What is committed is not known yet. */
        RESTORING,
        /** Nothing is committed, and it is not known yet why. */
        UNCOMMITTED,
        ACTIVE,
        STOPPED,
        DRAINING,
        GONE
    }

    Partition(TopicPartition id, JobTopic topic) {
        this.id = id;
        this.topic = topic;
        this.model = topic.model();
        this.lane = topic.lane();
    }

    /** Nothing more is taken of it, and everybody can see that; what is open goes on. */
    void stop(String reason) {
        if (!isOurs()) {
            state = State.STOPPED;
        }
        stopReason = reason;
        LOG.atError().addKeyValue("partition", id).log("the partition is stopped: {}", reason);
    }

    /** Why nothing is taken of it, for a person; empty when it is well. */
    String trouble() {
        return refusal.isEmpty() ? stopReason : "its writes are rejected: " + refusal;
    }

    String topicId() {
        return topicId;
    }

    String topicTag() {
        return topicTag;
    }

    void onTopicId(String id) {
        topicId = id;
        topicTag = TopicTag.of(id);
    }

    /** Returns what is to be committed. */
    Snapshot snapshot() {
        Snapshot snapshot = ledger.snapshot();
        return new Snapshot(snapshot.offset(), topicTag + snapshot.metadata());
    }

    /** Whether it is to be found out first what of it is finished. */
    boolean isRestoring() {
        return state == State.RESTORING || state == State.UNCOMMITTED;
    }

    /** Whether offsets may be committed for it. */
    boolean isOurs() {
        return state == State.ACTIVE || state == State.DRAINING;
    }

    long running() {
        return jobs.stream().filter(job -> job.state == Job.State.RUNNING).count();
    }

    /** Jobs without a call under way. */
    List<Job> waiting() {
        return jobs.stream().filter(job -> job.state != Job.State.RUNNING).toList();
    }

    /** Returns true when a buffered record may be admitted, as far as its state allows. */
    boolean hasWaitingRecord() {
        return state == State.ACTIVE && refusal.isEmpty() && !buffer.isEmpty();
    }

    void buffer(ConsumerRecord<byte[], byte[]> record) {
        buffer.add(record);
        bufferedBytes += bytes(record);
    }

    ConsumerRecord<byte[], byte[]> takeBuffered() {
        var record = buffer.remove();
        bufferedBytes -= bytes(record);
        return record;
    }

    /** Forgets the records that were polled and not taken: they are still to be polled. */
    void clearBuffer() {
        if (!buffer.isEmpty()) {
            polledTo = buffer.getFirst().offset();
        }
        buffer.clear();
        bufferedBytes = 0;
    }

    /** It is no longer ours, and nobody waits for what the cluster would tell. */
    void leave() {
        state = State.GONE;
        if (committed != null) {
            committed.cancel(false);
        }
    }

    static long bytes(ConsumerRecord<byte[], byte[]> record) {
        return (long) RECORD_OVERHEAD_BYTES
                + Math.max(0, record.serializedKeySize())
                + Math.max(0, record.serializedValueSize())
                + headerBytes(record);
    }

    private static long headerBytes(ConsumerRecord<byte[], byte[]> record) {
        long bytes = 0;
        for (Header header : record.headers()) {
            byte[] value = header.value();
            bytes += header.key().length() + (value == null ? 0 : value.length);
        }
        return bytes;
    }
}
