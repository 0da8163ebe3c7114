package dev.millrace.router.records;

import dev.millrace.contracts.header.MillraceHeaders;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Dates each request with the time at which it becomes the next record of its partition. Streams
 * picks the partition with the oldest next record, so the request topics take turns. With the times
 * that clients claim, a tenant with a separate topic and a backlog of old requests would precede
 * all other tenants.
 *
 * <p>The time of the record travels in a header, and the first step restores it with {@link
 * #restore}: repeats are detected by the times of records.
 */
public final class RequestTurnExtractor implements TimestampExtractor {
    static final String RECORD_TIME = MillraceHeaders.PREFIX + "record-time";

    private final InstantSource clock;
    private final RequestTimestampExtractor times;

    public RequestTurnExtractor(InstantSource clock) {
        this.clock = clock;
        times = new RequestTimestampExtractor(clock);
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> entry, long partitionTime) {
        long millis = times.extract(entry, partitionTime);
        entry.headers()
                .remove(RECORD_TIME)
                .add(RECORD_TIME, ByteBuffer.allocate(Long.BYTES).putLong(millis).array());
        return clock.millis();
    }

    /** Returns the record with its own time, and without the header that had it. */
    public static <K, V extends @Nullable Object> Record<K, V> restore(Record<K, V> entry) {
        Header time = entry.headers().lastHeader(RECORD_TIME);
        if (time == null) {
            return entry;
        }
        entry.headers().remove(RECORD_TIME);
        return entry.withTimestamp(ByteBuffer.wrap(time.value()).getLong());
    }
}
