package dev.millrace.contracts.header;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * Releases the buffers behind the headers of polled records.
 *
 * <p>Kafka's client (4.3.1) decodes a header's key and value when they are first asked for. Until
 * then each holds a slice of the buffer that was fetched: a second copy of the whole record where
 * the batch is compressed, and the whole answer of the broker where it is not.
 */
public final class HeaderBuffers {
    private HeaderBuffers() {}

    /** Decodes every header of the records, so that nothing but their own bytes is held. */
    public static <K, V> ConsumerRecords<K, V> release(ConsumerRecords<K, V> records) {
        records.forEach(HeaderBuffers::release);
        return records;
    }

    private static void release(ConsumerRecord<?, ?> record) {
        for (var header : record.headers()) {
            var _ = header.key();
            var _ = header.value();
        }
    }
}
