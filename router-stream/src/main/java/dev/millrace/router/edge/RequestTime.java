package dev.millrace.router.edge;

import java.time.InstantSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The time of a request as its record says, but never in the future: one client with a wrong clock
 * would end the time of all repeats in its partition. A record without a time came now.
 */
public final class RequestTime implements TimestampExtractor {
    private final InstantSource clock;

    public RequestTime(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> entry, long partitionTime) {
        long now = clock.millis();
        return entry.timestamp() < 0 || entry.timestamp() > now ? now : entry.timestamp();
    }
}
