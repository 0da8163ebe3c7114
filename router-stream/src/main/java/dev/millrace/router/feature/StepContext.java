package dev.millrace.router.feature;

import dev.millrace.router.message.RoutingMessage.Origin;
import java.time.Duration;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Wraps the processor context of a step, which is set when Streams initializes the step. */
public final class StepContext<V extends @Nullable Object> {
    private @Nullable ProcessorContext<byte[], V> context;
    private @Nullable Cancellable schedule;

    public void init(ProcessorContext<byte[], V> given) {
        context = given;
    }

    /**
     * Schedules a callback at a wall-clock interval, until {@link #stop}. After an aborted
     * transaction, Streams initializes the step again without cancelling earlier schedules.
     */
    public void every(Duration interval, Punctuator onTick) {
        schedule = context().schedule(interval, PunctuationType.WALL_CLOCK_TIME, onTick);
    }

    /** Cancels the callback when the step is closed; the step can be initialized again. */
    public void stop() {
        if (schedule != null) {
            schedule.cancel();
        }
    }

    public ProcessorContext<byte[], V> context() {
        if (context == null) {
            throw new IllegalStateException("the step has not been initialized");
        }
        return context;
    }

    public void forwardTo(String step, Record<byte[], ? extends V> entry) {
        context().forward(entry, step);
    }

    /** Returns the current time in milliseconds since the epoch. */
    public long nowMillis() {
        return context().currentSystemTimeMs();
    }

    /** Returns the position of the record that is being processed. */
    public Origin origin() {
        return context()
                .recordMetadata()
                .map(at -> new Origin(at.topic(), at.partition(), at.offset()))
                .orElseThrow(() -> new IllegalStateException("no record is being processed"));
    }
}
