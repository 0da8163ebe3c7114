package dev.millrace.router.records;

import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Returns the timestamp of a request. That of a broker is kept, whatever this machine's clock: a
 * command compares it with another time of the brokers. That of a client is limited to the current
 * time: one in the future, from a wrong clock, would expire all seen jobs of its partition.
 *
 * <p>Some clients write seconds, microseconds or nanoseconds instead of milliseconds: these are
 * converted if the result is plausible. Any other record, such as one without a timestamp (-1) or
 * with 0, gets the current time. Its results would otherwise inherit the timestamp, and brokers
 * delete records of 1970 at once.
 */
public final class RequestTimestampExtractor implements TimestampExtractor {
    /** No request is older: it is before the first release of Kafka with timestamps. */
    public static final Instant OLDEST = Instant.parse("2016-01-01T00:00:00Z");

    private static final long MICROS_PER_MILLI = 1_000;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long MILLIS_PER_SECOND = 1_000;

    private final InstantSource clock;

    public RequestTimestampExtractor(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> entry, long partitionTime) {
        long written = entry.timestamp();
        if (entry.timestampType() == TimestampType.LOG_APPEND_TIME) {
            return written;
        }
        long now = clock.millis();
        if (isPlausible(written, now)) {
            return written;
        }
        return LongStream.of(
                        // Larger values are no seconds, and could overflow.
                        Math.clamp(written, 0, now) * MILLIS_PER_SECOND,
                        written / MICROS_PER_MILLI,
                        written / NANOS_PER_MILLI)
                .filter(it -> isPlausible(it, now))
                .findFirst()
                .orElse(now);
    }

    private static boolean isPlausible(long millis, long now) {
        return millis >= OLDEST.toEpochMilli() && millis <= now;
    }
}
