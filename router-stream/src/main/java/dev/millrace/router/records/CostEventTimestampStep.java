package dev.millrace.router.records;

import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Restores the timestamp of each cost event, which {@link PriorityTimestampExtractor} has moved.
 * Runs before any step with a store, since Streams writes changelogs with the timestamp of the
 * processed record. Brokers roll, compact and reject changelog records by their timestamps.
 */
public final class CostEventTimestampStep
        extends ContextualProcessor<byte[], byte @Nullable [], byte[], byte @Nullable []> {
    @Override
    public void process(Record<byte[], byte @Nullable []> entry) {
        context().forward(entry.withTimestamp(PriorityTimestampExtractor.originalMillis(entry)));
    }
}
