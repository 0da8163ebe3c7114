package dev.millrace.worker.simulation;

import dev.millrace.worker.port.ResultLog.Transaction;
import dev.millrace.worker.simulation.time.Chronicle;
import dev.millrace.worker.simulation.time.Happening;
import dev.millrace.worker.simulation.time.Timeline;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The transaction coordinator and what is committed. A transaction that is open hides the offsets
 * that it holds; one that nobody ends is aborted after a time, and its producer fenced.
 */
final class Transactions {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Timeline timeline;
    private final Chronicle chronicle;
    private final Consumer<Open> onCommitted;
    private final Map<String, Producer> producers = new HashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();

    private static final class Producer {
        int epoch;
        @Nullable Open open;
    }

    /** A transaction that has begun. */
    static final class Open {
        final WorkerProcess process;
        final int epoch;
        final Transaction content;

        /** Whether its offsets have been taken by the group coordinator. */
        boolean hasOffsets;

        private Open(WorkerProcess process, int epoch, Transaction content) {
            this.process = process;
            this.epoch = epoch;
            this.content = content;
        }
    }

    /**
     * @param onCommitted told of each transaction when committed readers see it
     */
    Transactions(Timeline timeline, Chronicle chronicle, Consumer<Open> onCommitted) {
        this.timeline = timeline;
        this.chronicle = chronicle;
        this.onCommitted = onCommitted;
    }

    /** A new producer of that name: fences the one before and aborts what it has left open. */
    int register(String name) {
        var producer = producers.computeIfAbsent(name, _ -> new Producer());
        if (producer.open != null) {
            chronicle.note(Happening.PREDECESSOR_ABORTED, name);
        }
        fence(producer);
        return producer.epoch;
    }

    private static void fence(Producer producer) {
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
        producer.open = open;
        timeline.after(TIMEOUT, () -> timeOut(producer, open));
        return open;
    }

    private void timeOut(Producer producer, Open open) {
        if (producer.open == open) {
            chronicle.note(Happening.TRANSACTION_TIMED_OUT, open.process);
            fence(producer);
        }
    }

    void abort(Open open) {
        close(open);
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
     * Commits it, unless it has been aborted meanwhile.
     *
     * @return whether it is committed
     */
    boolean end(Open open) {
        if (!close(open)) {
            return false;
        }
        committed.putAll(open.content.offsets());
        onCommitted.accept(open);
        return true;
    }

    /** What is committed, once no open transaction can change it; empty while one can. */
    Optional<Map<TopicPartition, OffsetAndMetadata>> stable(Set<TopicPartition> partitions) {
        if (partitions.stream().anyMatch(this::isHidden)) {
            return Optional.empty();
        }
        var found = new HashMap<>(committed);
        found.keySet().retainAll(partitions);
        return Optional.of(found);
    }

    private boolean isHidden(TopicPartition partition) {
        return producers.values().stream()
                .map(producer -> producer.open)
                .anyMatch(
                        open ->
                                open != null
                                        && open.hasOffsets
                                        && open.content.offsets().containsKey(partition));
    }

    /** The group's offset of a partition is deleted with its topic. */
    void forget(TopicPartition partition) {
        committed.remove(partition);
    }

    /** What is committed at this moment; null for nothing. */
    @Nullable OffsetAndMetadata committed(TopicPartition partition) {
        return committed.get(partition);
    }
}
