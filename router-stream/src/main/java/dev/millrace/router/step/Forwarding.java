package dev.millrace.router.step;

import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** What a step needs of its context, once it has one. */
final class Forwarding<V extends @Nullable Object> {
    private @Nullable ProcessorContext<byte[], V> context;

    void init(ProcessorContext<byte[], V> given) {
        context = given;
    }

    ProcessorContext<byte[], V> context() {
        if (context == null) {
            throw new IllegalStateException("the step has not been initialised");
        }
        return context;
    }

    void to(String step, Record<byte[], V> entry) {
        context().forward(entry, step);
    }

    /** Where the record that is being worked on stood. */
    RecordMetadata origin() {
        return context()
                .recordMetadata()
                .orElseThrow(() -> new IllegalStateException("no record is being worked on"));
    }
}
