package dev.millrace.sink;

import dev.millrace.sink.kafka.RowConverter;
import dev.millrace.sink.row.OffsetChange;
import dev.millrace.sink.row.PartitionId;
import dev.millrace.sink.row.Row;
import dev.millrace.sink.row.StoreTransaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The assigned partitions, with their offsets in the database. */
final class Assignment {
    private final Map<TopicPartition, PartitionId> partitions;
    private final Map<PartitionId, Long> stored;

    /** Creates an assignment with the stored offset of every partition. */
    Assignment(Map<TopicPartition, PartitionId> partitions, Map<PartitionId, Long> offsets) {
        this.partitions = Map.copyOf(partitions);
        this.stored = new HashMap<>(offsets);
    }

    Map<TopicPartition, PartitionId> partitions() {
        return partitions;
    }

    /** Returns the rows of a poll, with the offset changes that mark them as read. */
    StoreTransaction transactionOf(
            ConsumerRecords<byte[], byte[]> records, RowConverter converter) {
        var rows = new ArrayList<Row>(records.count());
        for (TopicPartition name : records.partitions()) {
            PartitionId partition = partition(name);
            for (ConsumerRecord<byte[], byte[]> record : records.records(name)) {
                rows.add(converter.toRow(partition, record));
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
     * Returns the offset changes to the given positions, without partitions whose stored offset is
     * already there or beyond.
     */
    List<OffsetChange> changesTo(Map<TopicPartition, Long> positions) {
        var offsetChanges = new ArrayList<OffsetChange>();
        for (var entry : positions.entrySet()) {
            PartitionId partition = partition(entry.getKey());
            long from = stored.getOrDefault(partition, 0L);
            if (entry.getValue() > from) {
                offsetChanges.add(new OffsetChange(partition, from, entry.getValue()));
            }
        }
        return offsetChanges;
    }

    /** Records that the offset changes are stored. */
    void onStored(List<OffsetChange> offsetChanges) {
        offsetChanges.forEach(change -> stored.put(change.partition(), change.to()));
    }

    private PartitionId partition(TopicPartition name) {
        return Objects.requireNonNull(partitions.get(name), "a partition that was not assigned");
    }
}
