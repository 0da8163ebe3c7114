package dev.millrace.router.records;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Returns the timestamp of a request. A broker's timestamp is kept if this machine's clock is a
 * little slow: a command compares it with another time of the brokers. A client's timestamp is
 * limited to the current time. A distant future, from a wrong clock, would expire all seen jobs of
 * a partition, and brokers would refuse the records that inherit it.
 *
 * <p>Some clients write seconds, microseconds or nanoseconds instead of milliseconds: these are
 * converted if the result is plausible. Any other record, such as one without a timestamp (-1) or
 * with 0, gets the current time. Its results would otherwise inherit the timestamp, and brokers
 * delete records of 1970 at once.
 */
public final class RequestTimestampExtractor implements TimestampExtractor {
    /** No request is older: it is before the first release of Kafka with timestamps. */
    public static final Instant OLDEST = Instant.parse("2016-01-01T00:00:00Z");

    /** A broker that is further ahead has a wrong clock. */
    static final Duration MAX_BROKER_LEAD = Duration.ofMinutes(10);

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
        long now = clock.millis();
        boolean isOfBroker = entry.timestampType() == TimestampType.LOG_APPEND_TIME;
        if (isPlausible(written, isOfBroker ? now + MAX_BROKER_LEAD.toMillis() : now)) {
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

    private static boolean isPlausible(long millis, long latest) {
        return millis >= OLDEST.toEpochMilli() && millis <= latest;
    }
}
