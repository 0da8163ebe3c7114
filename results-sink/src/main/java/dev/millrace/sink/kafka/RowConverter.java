package dev.millrace.sink.kafka;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.output.Output;
import dev.millrace.contracts.output.OutputParser;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.store.row.PartitionId;
import dev.millrace.store.row.RecordPosition;
import dev.millrace.store.row.Row;
import java.time.Instant;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Converts records to rows. A record that cannot be read becomes an unreadable row. */
public final class RowConverter {
    private final Topics topics;
    private final OutputParser parser;

    public RowConverter(Topics topics) {
        this.topics = topics;
        this.parser = new OutputParser(topics);
    }

    /** Returns the names of the topics to read. */
    public Set<String> topicNames() {
        return Set.of(topics.results(), topics.costs(), topics.deadLetters());
    }

    /** Returns the names of topics to read if they exist; results are stored without them. */
    public Set<String> optionalTopicNames() {
        return Set.of(topics.batches());
    }

    /** Returns the row of a record in the given partition. */
    public Row toRow(PartitionId partition, ConsumerRecord<byte[], byte[]> record) {
        var position =
                new RecordPosition(
                        partition, record.offset(), Instant.ofEpochMilli(record.timestamp()));
        return record.topic().equals(topics.batches())
                ? manifest(position, record)
                : row(position, parser.parse(record));
    }

    private static Row row(RecordPosition position, Output output) {
        return switch (output) {
            case Output.Result it -> new Row.Result(position, it.view(), it.value());
            case Output.Cost it -> new Row.Cost(position, it.event());
            case Output.Letter it -> new Row.Letter(position, it.letter(), it.key(), it.value());
            case Output.Unreadable it -> unreadable(position, it);
        };
    }

    private static Row unreadable(RecordPosition position, Output.Unreadable output) {
        return new Row.Unreadable(position, output.problem(), output.key(), output.value());
    }

    private static Row manifest(RecordPosition position, ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        try {
            if (value == null) {
                throw new IllegalArgumentException("a record must have a value");
            }
            return new Row.Manifest(position, BatchManifest.read(value));
        } catch (IllegalArgumentException | ArithmeticException e) {
            return unreadable(position, OutputParser.unreadable(record, e));
        }
    }
}
