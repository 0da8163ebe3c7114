package dev.millrace.router.records;

import java.time.InstantSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Returns the timestamp of a request, limited to the current time. A timestamp in the future, from
 * one client with a wrong clock, would expire all seen jobs of its partition. A record without a
 * timestamp gets the current time.
 */
public final class RequestTimestampExtractor implements TimestampExtractor {
    private final InstantSource clock;

    public RequestTimestampExtractor(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> entry, long partitionTime) {
        long now = clock.millis();
        return entry.timestamp() < 0 || entry.timestamp() > now ? now : entry.timestamp();
    }
}
