package dev.millrace.sink.partition;

import dev.millrace.sink.kafka.RowConverter;
import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.PartitionId;
import dev.millrace.store.row.Row;
import dev.millrace.store.row.StoreTransaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The partitions that the sink reads now, with their offsets in the database. Mutable. */
public final class Assignment {
    private final Map<TopicPartition, PartitionId> partitions = new HashMap<>();
    private final Map<PartitionId, Long> stored = new HashMap<>();

    /** The partitions that lost records and are not read. */
    private final Map<TopicPartition, PartitionId> lost = new HashMap<>();

    /** The partitions stopped by a corrupt batch or by lost records, each with the reason. */
    private final Map<TopicPartition, String> stopped = new LinkedHashMap<>();

    /** Returns a view of the partitions. */
    public Map<TopicPartition, PartitionId> partitions() {
        return Collections.unmodifiableMap(partitions);
    }

    public boolean isEmpty() {
        return partitions.isEmpty();
    }

    /** Adds a partition with its offset in the database. */
    void add(TopicPartition name, PartitionId partition, long offset) {
        remove(List.of(name));
        partitions.put(name, partition);
        stored.put(partition, offset);
    }

    void remove(Collection<TopicPartition> names) {
        for (TopicPartition name : names) {
            PartitionId partition = partitions.remove(name);
            if (partition != null) {
                stored.remove(partition);
            }
            lost.remove(name);
            stopped.remove(name);
        }
    }

    void clear() {
        partitions.clear();
        stored.clear();
        lost.clear();
        stopped.clear();
    }

    /** Records that a partition is stopped by a corrupt batch, until it is started again. */
    public void onCorrupt(TopicPartition name, String reason) {
        stopped.put(name, reason);
    }

    /** Takes an added partition out again because it lost records. */
    void onLost(TopicPartition name, String reason) {
        PartitionId partition = partitions.remove(name);
        if (partition != null) {
            stored.remove(partition);
            lost.put(name, partition);
            stopped.put(name, reason);
        }
    }

    /** Returns the partitions that lost records and have possibly been repaired since. */
    public Set<TopicPartition> lost() {
        return Set.copyOf(lost.keySet());
    }

    /** Returns the partitions that are read and the partitions that lost records. */
    Map<TopicPartition, PartitionId> known() {
        var known = new HashMap<>(partitions);
        known.putAll(lost);
        return known;
    }

    /** Returns a view of the stopped partitions, each with the reason. */
    public Map<TopicPartition, String> stopped() {
        return Collections.unmodifiableMap(stopped);
    }

    /**
     * Returns the rows of a poll, with the offset changes that mark them as read. Skips partitions
     * that lost records during the poll, because they can still return buffered records. The
     * consumer seeks in such a partition before it reads from it again.
     */
    public StoreTransaction transactionOf(
            ConsumerRecords<byte[], byte[]> records, RowConverter converter) {
        var rows = new ArrayList<Row>(records.count());
        for (TopicPartition name : records.partitions()) {
            PartitionId partition = partitions.get(name);
            if (partition != null) {
                for (ConsumerRecord<byte[], byte[]> record : records.records(name)) {
                    rows.add(converter.toRow(partition, record));
                }
            }
        }
        var next = new HashMap<TopicPartition, Long>();
        for (Map.Entry<TopicPartition, OffsetAndMetadata> entry :
                records.nextOffsets().entrySet()) {
            next.put(entry.getKey(), entry.getValue().offset());
        }
        return new StoreTransaction(rows, changesTo(next));
    }

    /**
     * Returns the offset changes to the given positions. Omits unassigned partitions, and
     * partitions whose stored offset is at or beyond the position.
     */
    public List<OffsetChange> changesTo(Map<TopicPartition, Long> positions) {
        var offsetChanges = new ArrayList<OffsetChange>();
        for (var entry : positions.entrySet()) {
            PartitionId partition = partitions.get(entry.getKey());
            if (partition != null) {
                long from = stored.getOrDefault(partition, 0L);
                if (entry.getValue() > from) {
                    offsetChanges.add(new OffsetChange(partition, from, entry.getValue()));
                }
            }
        }
        return offsetChanges;
    }

    /** Records that the offset changes are stored. */
    public void onStored(List<OffsetChange> offsetChanges) {
        offsetChanges.forEach(
                change -> stored.computeIfPresent(change.partition(), (_, _) -> change.to()));
    }

    /** Returns the partitions that the rows and the offset changes of a transaction belong to. */
    public static Set<TopicPartition> partitionsOf(StoreTransaction transaction) {
        return Stream.concat(
                        transaction.rows().stream().map(row -> row.position().partition()),
                        transaction.offsetChanges().stream().map(OffsetChange::partition))
                .map(it -> new TopicPartition(it.topic(), it.number()))
                .collect(Collectors.toSet());
    }
}
