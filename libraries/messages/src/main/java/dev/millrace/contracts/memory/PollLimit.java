package dev.millrace.contracts.memory;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Deserializes the values of records until a poll has a given number of bytes, and refuses later
 * values.
 *
 * <p>Relies on Kafka's client (4.3.1): a poll ends before a refused value, and the next poll reads
 * its record again. Only a poll without other records throws, which never happens, because the
 * first value of a poll is not refused. The client logs each refusal as an error.
 *
 * <p>Belongs to the thread that polls.
 */
final class PollLimit implements Deserializer<byte[]> {
    private final Deserializer<byte[]> bytesOf = new ByteArrayDeserializer();
    private final long maxBytes;
    private long bytes;

    /**
     * @param maxBytes maximum of all values of a poll together; a longer value is polled alone
     */
    PollLimit(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Begins a poll. */
    void onPoll() {
        bytes = 0;
    }

    @Override
    public byte @Nullable [] deserialize(String topic, byte @Nullable [] value) {
        if (value != null) {
            add(value.length);
        }
        return value;
    }

    @Override
    public byte @Nullable [] deserialize(
            String topic, Headers headers, @Nullable ByteBuffer value) {
        if (value != null) {
            add(value.remaining());
        }
        return bytesOf.deserialize(topic, headers, value);
    }

    private void add(int length) {
        if (bytes > 0 && bytes + length > maxBytes) {
            // Costs little: exceptions of this type have no stack trace.
            throw new SerializationException("the poll has enough bytes");
        }
        bytes += length;
    }
}
