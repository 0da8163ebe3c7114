package dev.millrace.worker.simulation;

import dev.millrace.worker.port.ResultLog.Transaction;
import dev.millrace.worker.simulation.time.EventLog;
import dev.millrace.worker.simulation.time.EventType;
import dev.millrace.worker.simulation.time.Timeline;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The transaction coordinator and the committed offsets. An open transaction makes its offsets
 * unstable. A transaction that times out is aborted, and its producer is fenced.
 */
final class Transactions {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Timeline timeline;
    private final EventLog eventLog;
    private final Listener listener;
    private final Map<String, Producer> producers = new HashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();

    private static final class Producer {
        int epoch;
        @Nullable Open open;
    }

    static final class Open {
        final WorkerProcess process;
        final int epoch;
        final Transaction content;

        /** True if the group coordinator has accepted its offsets. */
        boolean hasOffsets;

        private Open(WorkerProcess process, int epoch, Transaction content) {
            this.process = process;
            this.epoch = epoch;
            this.content = content;
        }
    }

    /** Learns of each transaction. */
    interface Listener {
        /** The records are written, but no committed reader sees them. */
        void onBegun(Open open);

        /** Committed readers will never see the records. */
        void onAborted(Open open);

        /** Committed readers see the records. */
        void onCommitted(Open open);
    }

    Transactions(Timeline timeline, EventLog eventLog, Listener listener) {
        this.timeline = timeline;
        this.eventLog = eventLog;
        this.listener = listener;
    }

    /** Registers a producer: fences its predecessor and aborts its open transaction. */
    int register(String name) {
        var producer = producers.computeIfAbsent(name, _ -> new Producer());
        if (producer.open != null) {
            eventLog.add(EventType.PREDECESSOR_ABORTED, name);
        }
        fence(producer);
        return producer.epoch;
    }

    private void fence(Producer producer) {
        if (producer.open != null) {
            listener.onAborted(producer.open);
        }
        producer.open = null;
        producer.epoch++;
    }

    boolean isFenced(String name, int epoch) {
        var producer = producers.get(name);
        return producer == null || producer.epoch != epoch;
    }

    Open begin(WorkerProcess process, int epoch, Transaction content) {
        var producer = producers.computeIfAbsent(process.instance(), _ -> new Producer());
        var open = new Open(process, epoch, content);
        if (producer.open != null) {
            listener.onAborted(producer.open);
        }
        producer.open = open;
        listener.onBegun(open);
        timeline.after(TIMEOUT, () -> timeOut(producer, open));
        return open;
    }

    private void timeOut(Producer producer, Open open) {
        if (producer.open == open) {
            eventLog.add(EventType.TRANSACTION_TIMED_OUT, open.process);
            fence(producer);
        }
    }

    void abort(Open open) {
        if (close(open)) {
            listener.onAborted(open);
        }
    }

    private boolean close(Open open) {
        var producer = producers.get(open.process.instance());
        if (producer == null || producer.open != open) {
            return false;
        }
        producer.open = null;
        return true;
    }

    /**
     * Commits a transaction that is still open.
     *
     * @return false if the transaction is no longer open
     */
    boolean end(Open open) {
        if (!close(open)) {
            return false;
        }
        committed.putAll(open.content.offsets());
        listener.onCommitted(open);
        return true;
    }

    /** Returns the committed offsets; empty while an open transaction may change them. */
    Optional<Map<TopicPartition, OffsetAndMetadata>> stable(Set<TopicPartition> partitions) {
        if (partitions.stream().anyMatch(this::isUnstable)) {
            return Optional.empty();
        }
        var found = new HashMap<>(committed);
        found.keySet().retainAll(partitions);
        return Optional.of(found);
    }

    private boolean isUnstable(TopicPartition partition) {
        return producers.values().stream()
                .map(producer -> producer.open)
                .anyMatch(
                        open ->
                                open != null
                                        && open.hasOffsets
                                        && open.content.offsets().containsKey(partition));
    }

    /** Deletes the committed offset of a partition, as when its topic is deleted. */
    void forget(TopicPartition partition) {
        committed.remove(partition);
    }

    /** Returns the committed offset, stable or not; null for none. */
    @Nullable OffsetAndMetadata committed(TopicPartition partition) {
        return committed.get(partition);
    }
}
