package dev.millrace.router.watch;

import dev.millrace.router.flow.Flow.Origin;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/** Says where the record stands that is being processed. */
final class Placed {
    private Placed() {}

    /** Returns the record's place; null when none is being processed. */
    static @Nullable Origin in(ProcessorContext<?, ?> context) {
        return context.recordMetadata()
                .map(at -> new Origin(at.topic(), at.partition(), at.offset()))
                .orElse(null);
    }
}
