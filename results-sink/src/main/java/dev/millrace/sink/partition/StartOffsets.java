package dev.millrace.sink.partition;

import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.database.WriteOutcome;
import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.PartitionId;
import dev.millrace.store.row.StoreTransaction;
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
 * Determines the start offsets of partitions from the database. Registers new partitions in the
 * database.
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
    private final Map<TopicPartition, String> losses = new HashMap<>();

    private StartOffsets(Consumer<byte[], byte[]> consumer, DatabaseWriter writer) {
        this.consumer = consumer;
        this.writer = writer;
    }

    public sealed interface Outcome {}

    /**
     * The start offsets of the partitions.
     *
     * @param offsets the offset of each partition that can start; also in the database
     * @param losses the partitions that must not start without an operator, each with the reason
     */
    public record Found(Map<PartitionId, Long> offsets, Map<TopicPartition, String> losses)
            implements Outcome {
        public Found {
            offsets = Map.copyOf(offsets);
            losses = Map.copyOf(losses);
        }
    }

    /** Another writer has changed an offset since it was read. */
    public record Stale(String reason) implements Outcome {}

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

    /**
     * Reads the stored offsets between the first and the end offsets. Another sink can still
     * advance the stored offsets, and the broker can delete records that the other sink has stored.
     * In any other order, an up-to-date partition could seem to have lost records or the end of its
     * log.
     */
    private void decide(Map<TopicPartition, PartitionId> partitions) throws DatabaseException {
        Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions.keySet(), TIMEOUT);
        Map<PartitionId, Long> stored = writer.offsets(partitions.values());
        Map<TopicPartition, Long> end = consumer.endOffsets(partitions.keySet(), TIMEOUT);
        partitions.forEach(
                (name, partition) ->
                        onStart(
                                name,
                                partition,
                                StartPosition.of(
                                        stored.get(partition),
                                        first.getOrDefault(name, 0L),
                                        end.getOrDefault(name, 0L))));
    }

    private void onStart(TopicPartition name, PartitionId partition, StartPosition start) {
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
                    losses.put(
                            name,
                            "records were deleted before they were stored: %s was stored up to offset %d, but its first record is now %d; to continue without them, delete this partition from the table offsets"
                                    .formatted(partition, it.stored(), it.first()));
        }
    }

    private Outcome finish() throws DatabaseException {
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
        return new Found(startOffsets, losses);
    }
}
