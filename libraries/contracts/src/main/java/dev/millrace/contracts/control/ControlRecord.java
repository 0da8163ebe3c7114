package dev.millrace.contracts.control;

import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record of the control topic.
 *
 * @param value shared, must not be modified; null (a tombstone) removes the key
 */
public record ControlRecord(ControlKey key, byte @Nullable [] value) {
    /** Returns the tombstone that removes a key. */
    public static ControlRecord removal(ControlKey key) {
        return new ControlRecord(key, null);
    }

    /** Returns the record for Kafka's producer. */
    public ProducerRecord<byte[], byte[]> toRecord(String controlTopic) {
        return new ProducerRecord<>(controlTopic, 0, key.bytes(), value);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ControlRecord that
                && key.equals(that.key)
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return 31 * key.hashCode() + Arrays.hashCode(value);
    }

    /** Shows the key and the length of the value. */
    @Override
    public String toString() {
        return key.text()
                + Optional.ofNullable(value)
                        .map(it -> ", " + it.length + " bytes")
                        .orElse(", removed");
    }
}
