package dev.millrace.router.step;

import dev.millrace.router.edge.EndTime;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Gives each record of the costs topic its real time back, which {@link EndTime} has moved. It
 * stands before the first store: Streams writes changelogs with the time of the record that a step
 * was given, and brokers roll, compact and refuse records by their time.
 */
final class EndTimeStep
        extends ContextualProcessor<byte[], byte @Nullable [], byte[], byte @Nullable []> {
    @Override
    public void process(Record<byte[], byte @Nullable []> entry) {
        context().forward(entry.withTimestamp(EndTime.of(entry)));
    }
}
