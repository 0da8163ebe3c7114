package dev.millrace.control;

import dev.millrace.contracts.control.ControlRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** An in-memory control topic with its readers. Thread-safe. */
final class FakeControlTopic {
    static final String NAME = "control";

    private static final TopicPartition PARTITION = new TopicPartition(NAME, 0);

    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    private final List<MockConsumer<byte[], byte[]>> consumers = new ArrayList<>();

    /** Exception for requests for the end offset; null for none. */
    private @Nullable KafkaException endFailure;

    void add(ControlRecord record) {
        add(record.toRecord(NAME));
    }

    synchronized void add(ProducerRecord<byte[], byte[]> record) {
        consumers.stream()
                .filter(it -> !it.closed())
                .forEach(it -> it.addRecord(at(records.size(), record)));
        records.add(record);
    }

    /** Removes all records, as when the topic is recreated. */
    synchronized void empty() {
        records.clear();
    }

    /** Makes the next poll of every current reader fail. */
    synchronized void failPolls(KafkaException failure) {
        consumers.stream().filter(it -> !it.closed()).forEach(it -> it.setPollException(failure));
    }

    /** Makes every later request for the end offset fail; null ends the failures. */
    synchronized void failEnds(@Nullable KafkaException failure) {
        endFailure = failure;
    }

    ControlReader reader() {
        return reader(null);
    }

    synchronized ControlReader reader(@Nullable String decision) {
        var consumer = new MockConsumer<byte[], byte[]>("none");
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, (long) records.size()));
        var reader = new ControlReader(PARTITION, consumer, this::end, decision);
        for (var offset = 0; offset < records.size(); offset++) {
            consumer.addRecord(at(offset, records.get(offset)));
        }
        consumers.add(consumer);
        return reader;
    }

    /** Returns true if a reader is open. */
    synchronized boolean isRead() {
        return consumers.stream().anyMatch(it -> !it.closed());
    }

    private synchronized long end() {
        if (endFailure != null) {
            throw endFailure;
        }
        return records.size();
    }

    private static ConsumerRecord<byte[], byte[]> at(
            int offset, ProducerRecord<byte[], byte[]> record) {
        return new ConsumerRecord<>(
                NAME,
                0,
                offset,
                0,
                TimestampType.CREATE_TIME,
                0,
                0,
                record.key(),
                record.value(),
                record.headers(),
                Optional.empty());
    }
}
