package dev.millrace.contracts.header;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * Releases the fetch buffers that the headers of polled records hold.
 *
 * <p>Kafka's client (4.3.1) decodes the key and value of a header on first access. Until then each
 * header holds a slice of the fetched buffer: a second copy of the whole record if the batch is
 * compressed, or the whole fetch response if it is not.
 */
public final class HeaderBuffers {
    private HeaderBuffers() {}

    /** Decodes every header of the records, so that they no longer reference the fetched buffer. */
    public static <K, V> ConsumerRecords<K, V> release(ConsumerRecords<K, V> records) {
        records.forEach(HeaderBuffers::release);
        return records;
    }

    private static void release(ConsumerRecord<?, ?> record) {
        for (var header : record.headers()) {
            var unusedKey = header.key();
            var unusedValue = header.value();
        }
    }
}
