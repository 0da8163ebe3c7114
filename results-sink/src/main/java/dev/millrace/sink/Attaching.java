package dev.millrace.sink;

import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.database.DatabaseWriter;
import dev.millrace.sink.database.Stored;
import dev.millrace.sink.row.Move;
import dev.millrace.sink.row.Partition;
import dev.millrace.sink.row.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Assigns all partitions to the consumer, each at the offset that the database holds. Assigned by
 * hand and not by a group: the database has one writer, and a group's commits would be a second
 * truth.
 */
final class Attaching {
    private static final Logger LOG = LoggerFactory.getLogger(Attaching.class);

    /** For the broker to say where its logs begin and end. */
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final Consumer<byte[], byte[]> consumer;
    private final DatabaseWriter writer;
    private final Map<Partition, Long> starts = new HashMap<>();
    private final Map<Partition, Long> unknown = new HashMap<>();
    private final List<Move> backwards = new ArrayList<>();
    private final List<String> losses = new ArrayList<>();

    private Attaching(Consumer<byte[], byte[]> consumer, DatabaseWriter writer) {
        this.consumer = consumer;
        this.writer = writer;
    }

    /** What came of it. */
    sealed interface Outcome {}

    record Attached(Assignment assignment) implements Outcome {}

    /** Must not go on by itself. */
    record Refused(String reason) implements Outcome {}

    /**
     * Attaches.
     *
     * @throws org.apache.kafka.common.KafkaException when the broker does not answer
     */
    static Outcome attach(
            Consumer<byte[], byte[]> consumer,
            DatabaseWriter writer,
            Map<TopicPartition, Partition> partitions)
            throws DatabaseException {
        var attaching = new Attaching(consumer, writer);
        attaching.decide(partitions);
        return attaching.begin(partitions);
    }

    private void decide(Map<TopicPartition, Partition> partitions) throws DatabaseException {
        Map<Partition, Long> stored = writer.offsets(partitions.values());
        Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions.keySet(), ANSWER);
        Map<TopicPartition, Long> end = consumer.endOffsets(partitions.keySet(), ANSWER);
        partitions.forEach(
                (name, partition) ->
                        onDecision(
                                partition,
                                Start.of(
                                        stored.get(partition),
                                        first.getOrDefault(name, 0L),
                                        end.getOrDefault(name, 0L))));
    }

    private void onDecision(Partition partition, Start start) {
        switch (start) {
            case Start.GoOn it -> starts.put(partition, it.offset());
            case Start.First it -> {
                starts.put(partition, it.offset());
                unknown.put(partition, it.offset());
            }
            case Start.Again it -> {
                starts.put(partition, it.offset());
                backwards.add(new Move(partition, it.stored(), it.offset()));
                LOG.atWarn()
                        .addKeyValue("partition", partition)
                        .addKeyValue("stored", it.stored())
                        .log("the log ends before what was stored: it is read again");
            }
            case Start.Lost it ->
                    losses.add(
                            "%s was stored up to offset %d, but its first record is now %d"
                                    .formatted(partition, it.stored(), it.first()));
        }
    }

    private Outcome begin(Map<TopicPartition, Partition> partitions) throws DatabaseException {
        if (!losses.isEmpty()) {
            return new Refused(
                    "records were deleted before they were stored: "
                            + String.join("; ", losses)
                            + ". To go on without them, delete those rows of the table offsets");
        }
        if (!unknown.isEmpty()) {
            writer.add(unknown);
        }
        if (!backwards.isEmpty()) {
            switch (writer.store(new Turn(List.of(), backwards))) {
                case Stored.Done _ -> {}
                case Stored.Stale stale -> {
                    return new Refused(stale.detail());
                }
                case Stored.Failed failed -> throw failed.reason();
            }
        }
        consumer.assign(partitions.keySet());
        partitions.forEach(
                (name, partition) -> consumer.seek(name, starts.getOrDefault(partition, 0L)));
        return new Attached(new Assignment(partitions, starts));
    }
}
