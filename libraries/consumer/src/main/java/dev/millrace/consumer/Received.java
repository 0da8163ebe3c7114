package dev.millrace.consumer;

import dev.millrace.contracts.output.Output;
import java.time.Instant;

/**
 * A committed record.
 *
 * @param topic full name of the topic
 * @param timestamp when the pipeline wrote the record
 */
public record Received(String topic, int partition, long offset, Instant timestamp, Output output) {

    /** Returns the position after this record: where to continue once its effects are stored. */
    public Position next() {
        return new Position(topic, partition, offset + 1);
    }
}
