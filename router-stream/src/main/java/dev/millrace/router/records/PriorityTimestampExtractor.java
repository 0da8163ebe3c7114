package dev.millrace.router.records;

import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Moves the timestamps of job ends (cost events and answers) 30 years into the past, so that
 * Streams processes them before requests and lookups. Clients can claim any time from {@link
 * RequestTimestampExtractor#OLDEST} on. Streams picks the partition with the oldest next record.
 * Without the move, a cost event would wait for the whole backlog of requests, and a guard would
 * trip too late. The first step restores the timestamp with {@link #originalMillis}.
 */
public final class PriorityTimestampExtractor implements TimestampExtractor {
    private static final long SHIFT_MILLIS = Duration.ofDays(10_950).toMillis();

    @Override
    public long extract(ConsumerRecord<Object, Object> entry, long partitionTime) {
        return Math.max(0, entry.timestamp() - SHIFT_MILLIS);
    }

    /** Returns when the record was written, in milliseconds since the epoch. */
    public static long originalMillis(Record<?, ?> entry) {
        return entry.timestamp() + SHIFT_MILLIS;
    }
}
