package dev.millrace.contracts.control;

import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record of the control topic.
 *
 * @param value shared, not to be written to; null takes back what the key says
 */
public record ControlRecord(ControlKey key, byte @Nullable [] value) {
    /** What takes a key back. */
    public static ControlRecord removal(ControlKey key) {
        return new ControlRecord(key, null);
    }

    /** As Kafka takes it. */
    public ProducerRecord<byte[], byte[]> toRecord(String controlTopic) {
        return new ProducerRecord<>(controlTopic, key.bytes(), value);
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

    /** The key, and how long the value is. */
    @Override
    public String toString() {
        return key.text()
                + Optional.ofNullable(value)
                        .map(it -> ", " + it.length + " bytes")
                        .orElse(", removed");
    }
}
