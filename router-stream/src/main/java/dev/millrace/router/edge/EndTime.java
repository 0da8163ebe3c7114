package dev.millrace.router.edge;

import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Lets the ends of jobs go before requests. Of a task's partitions Streams takes the one whose next
 * record is the oldest; behind a backlog of requests, what has just ended would wait until the
 * backlog is done, and a guard would learn of a broken model too late. So ends carry a time that
 * lies ten years back until their first step, which asks {@link #of} for the real one.
 */
public final class EndTime implements TimestampExtractor {
    private static final long BACK_MILLIS = Duration.ofDays(3_650).toMillis();

    @Override
    public long extract(ConsumerRecord<Object, Object> entry, long partitionTime) {
        return Math.max(0, entry.timestamp() - BACK_MILLIS);
    }

    /** When the record was written, in milliseconds since the epoch. */
    public static long of(Record<?, ?> entry) {
        return entry.timestamp() + BACK_MILLIS;
    }
}
