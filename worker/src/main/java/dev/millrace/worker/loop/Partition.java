package dev.millrace.worker.loop;

import dev.millrace.worker.ledger.Bounds;
import dev.millrace.worker.ledger.PartitionLedger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A partition for as long as it is assigned: after a loss and a new assignment it is another
 * object, so that nothing of the time before is committed. Belongs to the loop's thread.
 *
 * <pre>
 *   RESTORING ──► ACTIVE ──► DRAINING ──► GONE
 *       └──────► STOPPED ───────────────────▲     (what was committed cannot be read)
 * </pre>
 */
final class Partition {
    /** What the client keeps of a record besides its bytes, about. */
    private static final int RECORD_OVERHEAD_BYTES = 512;

    /** What brokers allow by default, and the default of {@code max_attempts}. */
    static final Bounds BOUNDS = new Bounds(4_096, 6);

    final TopicPartition id;
    final Deque<ConsumerRecord<byte[], byte[]>> buffer = new ArrayDeque<>();
    final Set<Job> jobs = new LinkedHashSet<>();

    State state = State.RESTORING;
    PartitionLedger ledger = PartitionLedger.fresh(BOUNDS, 0);
    String stopReason = "";
    long bufferedBytes;
    boolean isPaused = true;

    /** The offset of the last transaction that was tried, or of an earlier owner. */
    long writtenTo;

    /** All records below have been polled. */
    long polledTo;

    enum State {
        RESTORING,
        ACTIVE,
        STOPPED,
        DRAINING,
        GONE
    }

    Partition(TopicPartition id) {
        this.id = id;
    }

    /** Whether offsets may be committed for it. */
    boolean isOurs() {
        return state == State.ACTIVE || state == State.DRAINING;
    }

    long running() {
        return jobs.stream().filter(job -> job.state == Job.State.RUNNING).count();
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

    void clearBuffer() {
        buffer.clear();
        bufferedBytes = 0;
    }

    static long bytes(ConsumerRecord<byte[], byte[]> record) {
        return (long) RECORD_OVERHEAD_BYTES
                + Math.max(0, record.serializedKeySize())
                + Math.max(0, record.serializedValueSize());
    }
}
