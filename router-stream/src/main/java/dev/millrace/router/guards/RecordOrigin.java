package dev.millrace.router.guards;

import dev.millrace.router.message.RoutingMessage.Origin;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/** Locates the record that a processor is processing. */
final class RecordOrigin {
    private RecordOrigin() {}

    /** Returns the record's topic, partition and offset; null outside of a record. */
    static @Nullable Origin of(ProcessorContext<?, ?> context) {
        return context.recordMetadata()
                .map(at -> new Origin(at.topic(), at.partition(), at.offset()))
                .orElse(null);
    }
}
