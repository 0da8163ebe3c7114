package dev.millrace.standalone.joint;

import static java.util.stream.Collectors.toMap;

import dev.millrace.contracts.topic.Topics;
import dev.millrace.sink.SimulatedSink;
import dev.millrace.sink.kafka.TopicLookup;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.PartitionId;
import dev.millrace.store.row.StoreTransaction;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The sink, with its restarts. A sink can be killed or overtaken by its successor after a poll,
 * before it stores the records.
 */
final class SinkProcess implements TopicLookup {
    private static final Topics TOPICS = JointHistory.TOPICS;
    private static final double CRASH = 0.02;
    private static final double PAUSE = 0.02;
    private static final int TURNS_OF_A_SUCCESSOR = 3;

    /** Ends the process within a call. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private final JointHistory history;
    private final Database database;
    private @Nullable SimulatedSink sink;
    private @Nullable LogConsumer consumer;

    SinkProcess(JointHistory history, String url) {
        this.history = history;
        database = Database.of(url);
    }

    /** Lets the sink take a turn, or starts another one. */
    void turn() {
        if (sink == null || !sink.isLive()) {
            close();
            start();
        }
        try {
            if (sink != null) {
                sink.runOnce();
            }
        } catch (Killed _) {
            close();
        }
        if (history.occurs(CRASH)) {
            close();
        }
    }

    private void start() {
        var created = new LogConsumer(history.log(), this::afterPoll);
        consumer = created;
        sink =
                new SimulatedSink(
                        TOPICS,
                        created,
                        this,
                        database,
                        history.workers()::now,
                        history.workers().timeline()::now);
    }

    private void afterPoll() {
        if (history.occurs(CRASH)) {
            history.workers().trace(() -> "sink killed after a poll");
            if (history.has(Fault.SINK_OFFSET_AHEAD)) {
                storeOffsets();
            }
            throw new Killed();
        }
        if (history.occurs(PAUSE)) {
            history.workers().trace(() -> "sink overtaken after a poll");
            overtake();
        }
    }

    /** Lets a successor take turns while the sink is paused. */
    private void overtake() {
        SimulatedSink paused = sink;
        LogConsumer polled = consumer;
        start();
        try {
            for (int i = 0; i < TURNS_OF_A_SUCCESSOR && sink != null; i++) {
                sink.runOnce();
            }
        } catch (Killed _) {
            // The successor has ended too.
        }
        close();
        sink = paused;
        consumer = polled;
    }

    private void storeOffsets() {
        LogConsumer polled = consumer;
        if (polled == null) {
            return;
        }
        try (var writer = new DatabaseWriter(database, history.workers()::now)) {
            Map<PartitionId, Long> stored = writer.offsets(partitions().values());
            List<OffsetChange> changes =
                    polled.assignment().stream()
                            .filter(it -> stored.containsKey(id(it)))
                            .map(
                                    it ->
                                            new OffsetChange(
                                                    id(it),
                                                    stored.getOrDefault(id(it), 0L),
                                                    polled.position(it)))
                            .filter(it -> it.from() < it.to())
                            .toList();
            writer.store(new StoreTransaction(List.of(), changes));
        } catch (DatabaseException e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<TopicPartition, PartitionId> partitions() {
        return Stream.of(TOPICS.results(), TOPICS.costs(), TOPICS.deadLetters(), TOPICS.batches())
                .map(JointHistory::partition)
                .collect(toMap(it -> it, SinkProcess::id));
    }

    private static PartitionId id(TopicPartition partition) {
        return new PartitionId("cluster", partition.topic(), partition.topic() + "-id", 0);
    }

    @Override
    public Result lookup(Set<String> required, Set<String> optional) {
        return new Found(partitions());
    }

    @Override
    public void close() {
        if (sink != null) {
            sink.close();
            sink = null;
        }
    }
}
