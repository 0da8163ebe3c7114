package dev.millrace.router.step;

import dev.millrace.router.flow.Flow.Origin;
import java.time.Duration;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** What a step needs of its context, once it has one. */
final class Forwarding<V extends @Nullable Object> {
    private @Nullable ProcessorContext<byte[], V> context;
    private @Nullable Cancellable schedule;

    void init(ProcessorContext<byte[], V> given) {
        context = given;
    }

    /**
     * Calls back so often by the wall clock, until {@link #stop}. Streams initialises the same step
     * again when a transaction was aborted, and keeps what it had scheduled before.
     */
    void every(Duration interval, Punctuator onTick) {
        schedule = context().schedule(interval, PunctuationType.WALL_CLOCK_TIME, onTick);
    }

    /** The step is closed; it may be initialised again. */
    void stop() {
        if (schedule != null) {
            schedule.cancel();
        }
    }

    ProcessorContext<byte[], V> context() {
        if (context == null) {
            throw new IllegalStateException("the step has not been initialised");
        }
        return context;
    }

    void to(String step, Record<byte[], ? extends V> entry) {
        context().forward(entry, step);
    }

    /** Milliseconds since the epoch. */
    long nowMillis() {
        return context().currentSystemTimeMs();
    }

    /** Returns where the record that is being processed stands. */
    Origin origin() {
        return context()
                .recordMetadata()
                .map(at -> new Origin(at.topic(), at.partition(), at.offset()))
                .orElseThrow(() -> new IllegalStateException("no record is being processed"));
    }
}
