package dev.millrace.traces;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Passes the records of a Kafka client to the traces of its process, unchanged. Kafka creates it by
 * name, and calls it on the threads of the client.
 */
public final class RecordFollower
        implements ProducerInterceptor<byte[], byte[]>, ConsumerInterceptor<byte[], byte[]> {
    /** Client property that names the traces of the process. */
    static final String TRACES = "millrace.traces";

    private @Nullable RecordTraces traces;

    @Override
    public void configure(Map<String, ?> configs) {
        traces = RecordTraces.running(String.valueOf(configs.get(TRACES)));
    }

    @Override
    public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
        if (traces != null) {
            traces.onSend(record);
        }
        return record;
    }

    @Override
    public void onAcknowledgement(
            @Nullable RecordMetadata metadata, @Nullable Exception exception, Headers headers) {
        if (traces != null) {
            traces.onAcknowledged(headers, exception == null);
        }
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        if (traces != null) {
            traces.onConsume(records);
        }
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        // The database has the offsets of a sink.
    }

    @Override
    public void close() {
        // The process closes its traces.
    }
}
