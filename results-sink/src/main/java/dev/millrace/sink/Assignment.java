package dev.millrace.sink;

import dev.millrace.sink.kafka.RecordReader;
import dev.millrace.sink.row.Move;
import dev.millrace.sink.row.Partition;
import dev.millrace.sink.row.Row;
import dev.millrace.sink.row.Turn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The partitions that are read, and the offset of each that the database holds. */
final class Assignment {
    private final Map<TopicPartition, Partition> partitions;
    private final Map<Partition, Long> stored;

    /** Offsets for all of the partitions. */
    Assignment(Map<TopicPartition, Partition> partitions, Map<Partition, Long> offsets) {
        this.partitions = Map.copyOf(partitions);
        this.stored = new HashMap<>(offsets);
    }

    Map<TopicPartition, Partition> partitions() {
        return partitions;
    }

    /** The rows of a poll, and the moves to behind them. */
    Turn turnOf(ConsumerRecords<byte[], byte[]> records, RecordReader reader) {
        var rows = new ArrayList<Row>(records.count());
        for (TopicPartition name : records.partitions()) {
            Partition partition = partition(name);
            for (ConsumerRecord<byte[], byte[]> record : records.records(name)) {
                rows.add(reader.read(partition, record));
            }
        }
        var next = new HashMap<TopicPartition, Long>();
        for (Map.Entry<TopicPartition, OffsetAndMetadata> entry :
                records.nextOffsets().entrySet()) {
            next.put(entry.getKey(), entry.getValue().offset());
        }
        return new Turn(rows, movesTo(next));
    }

    /** What it takes to get to these positions; nothing for partitions that stand there. */
    List<Move> movesTo(Map<TopicPartition, Long> positions) {
        var moves = new ArrayList<Move>();
        for (var entry : positions.entrySet()) {
            Partition partition = partition(entry.getKey());
            long from = stored.getOrDefault(partition, 0L);
            if (entry.getValue() > from) {
                moves.add(new Move(partition, from, entry.getValue()));
            }
        }
        return moves;
    }

    /** The database holds these moves now. */
    void onStored(List<Move> moves) {
        moves.forEach(move -> stored.put(move.partition(), move.to()));
    }

    private Partition partition(TopicPartition name) {
        return Objects.requireNonNull(partitions.get(name), "a partition that was not assigned");
    }
}
