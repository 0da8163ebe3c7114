package dev.millrace.sink.partition;

import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.database.DatabaseWriter;
import dev.millrace.sink.database.WriteOutcome;
import dev.millrace.sink.row.OffsetChange;
import dev.millrace.sink.row.PartitionId;
import dev.millrace.sink.row.StoreTransaction;
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
 * Determines the offsets at which partitions start: those of the database, which learns about new
 * partitions here.
 */
public final class StartOffsets {
    private static final Logger LOG = LoggerFactory.getLogger(StartOffsets.class);

    /** Timeout for requesting the first and end offsets. */
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final Consumer<byte[], byte[]> consumer;
    private final DatabaseWriter writer;
    private final Map<PartitionId, Long> startOffsets = new HashMap<>();
    private final Map<PartitionId, Long> newPartitions = new HashMap<>();
    private final List<OffsetChange> resets = new ArrayList<>();
    private final List<String> losses = new ArrayList<>();

    private StartOffsets(Consumer<byte[], byte[]> consumer, DatabaseWriter writer) {
        this.consumer = consumer;
        this.writer = writer;
    }

    public sealed interface Outcome {}

    /** The offset of each partition, which the database has, too. */
    public record Found(Map<PartitionId, Long> offsets) implements Outcome {}

    /** Another writer has changed an offset in the meantime. */
    public record Stale(String reason) implements Outcome {}

    /** The sink must not continue without an operator. */
    public record Rejected(String reason) implements Outcome {}

    /**
     * Returns the offsets at which the given partitions start.
     *
     * @throws org.apache.kafka.common.KafkaException if the broker does not respond
     */
    public static Outcome of(
            Map<TopicPartition, PartitionId> partitions,
            Consumer<byte[], byte[]> consumer,
            DatabaseWriter writer)
            throws DatabaseException {
        var start = new StartOffsets(consumer, writer);
        start.decide(partitions);
        return start.finish();
    }

    private void decide(Map<TopicPartition, PartitionId> partitions) throws DatabaseException {
        Map<PartitionId, Long> stored = writer.offsets(partitions.values());
        Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions.keySet(), TIMEOUT);
        Map<TopicPartition, Long> end = consumer.endOffsets(partitions.keySet(), TIMEOUT);
        partitions.forEach(
                (name, partition) ->
                        onStart(
                                partition,
                                StartPosition.of(
                                        stored.get(partition),
                                        first.getOrDefault(name, 0L),
                                        end.getOrDefault(name, 0L))));
    }

    private void onStart(PartitionId partition, StartPosition start) {
        switch (start) {
            case StartPosition.Resume it -> startOffsets.put(partition, it.offset());
            case StartPosition.FirstRecord it -> {
                startOffsets.put(partition, it.offset());
                newPartitions.put(partition, it.offset());
            }
            case StartPosition.Reread it -> {
                startOffsets.put(partition, it.offset());
                resets.add(new OffsetChange(partition, it.stored(), it.offset()));
                LOG.atWarn()
                        .addKeyValue("partition", partition)
                        .addKeyValue("stored", it.stored())
                        .log("the log ends before the stored offset; reading the partition again");
            }
            case StartPosition.RecordsLost it ->
                    losses.add(
                            "%s was stored up to offset %d, but its first record is now %d"
                                    .formatted(partition, it.stored(), it.first()));
        }
    }

    private Outcome finish() throws DatabaseException {
        if (!losses.isEmpty()) {
            return new Rejected(
                    "records were deleted before they were stored: "
                            + String.join("; ", losses)
                            + ". To continue without them, delete these partitions from the table"
                            + " offsets");
        }
        if (!newPartitions.isEmpty()) {
            writer.add(newPartitions);
        }
        if (!resets.isEmpty()) {
            switch (writer.store(new StoreTransaction(List.of(), resets))) {
                case WriteOutcome.Done _ -> {}
                case WriteOutcome.Stale stale -> {
                    return new Stale(stale.detail());
                }
                case WriteOutcome.Failed failed -> throw failed.reason();
            }
        }
        return new Found(Map.copyOf(startOffsets));
    }
}
