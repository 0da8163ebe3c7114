package dev.millrace.contracts.chunk;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * A part of a streamed answer, forwarded before the answer is complete. Chunks are a preview: they
 * can be missing, and only the job's result counts.
 *
 * <p>The chunks of one attempt arrive in order. A chunk with sequence 0 begins an attempt; the
 * chunks of earlier attempts no longer count.
 *
 * @param attempt number of the attempt at the job, from 1
 * @param sequence number of the chunk within the attempt, from 0
 */
public record Chunk(int attempt, int sequence, Content content) {

    /** The content of a chunk. */
    public sealed interface Content {}

    /**
     * An event of the provider's stream, as it arrived.
     *
     * @param name name of the server-sent event; empty if it has none
     * @param data data of the event; shared, must not be modified
     */
    public record Event(String name, byte[] data) implements Content {}

    /** The last chunk of an attempt. */
    public record End(Outcome outcome) implements Content {}

    /** How the stream of an attempt ended. */
    public enum Outcome {
        /** The provider has answered, and the chunks are its whole answer. */
        COMPLETE,
        /** The provider has answered, but chunks are missing; the result has the whole answer. */
        INCOMPLETE,
        /** The attempt gave no answer; another attempt can follow. */
        FAILED;

        /** Returns the word of the header. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        private static Optional<Outcome> of(String word) {
            for (Outcome outcome : values()) {
                if (outcome.word().equals(word)) {
                    return Optional.of(outcome);
                }
            }
            return Optional.empty();
        }
    }

    public Chunk {
        if (attempt < 1 || sequence < 0) {
            throw new IllegalArgumentException(
                    "attempt must be 1 or more and sequence 0 or more, were "
                            + attempt
                            + " and "
                            + sequence);
        }
    }

    /** Returns the record of this chunk for a partition. */
    public ProducerRecord<byte[], byte[]> toRecord(String topic, int partition, JobId job) {
        byte[] value =
                switch (content) {
                    case Event event -> event.data();
                    case End _ -> new byte[0];
                };
        var message = new ProducerRecord<>(topic, partition, job.value().getBytes(UTF_8), value);
        writeTo(message.headers());
        return message;
    }

    private void writeTo(Headers headers) {
        MillraceHeaders.put(headers, MillraceHeaders.ATTEMPT, attempt);
        MillraceHeaders.put(headers, MillraceHeaders.SEQUENCE, sequence);
        switch (content) {
            case Event event ->
                    MillraceHeaders.put(
                            headers,
                            MillraceHeaders.EVENT,
                            event.name().isEmpty() ? null : event.name());
            case End end -> MillraceHeaders.put(headers, MillraceHeaders.END, end.outcome().word());
        }
    }

    /**
     * Reads a chunk. Returns empty for a record that is no chunk or was written by a later version;
     * such a chunk counts as missing.
     */
    public static Optional<Chunk> read(Headers headers, byte[] value) {
        try {
            int attempt = number(headers, MillraceHeaders.ATTEMPT);
            int sequence = number(headers, MillraceHeaders.SEQUENCE);
            return content(headers, value).map(it -> new Chunk(attempt, sequence, it));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static int number(Headers headers, String name) {
        return MillraceHeaders.text(headers, name).map(Integer::parseInt).orElse(-1);
    }

    private static Optional<Content> content(Headers headers, byte[] value) {
        Optional<String> end = MillraceHeaders.text(headers, MillraceHeaders.END);
        if (end.isPresent()) {
            return end.flatMap(Outcome::of).map(End::new);
        }
        String name = MillraceHeaders.text(headers, MillraceHeaders.EVENT).orElse("");
        return Optional.of(new Event(name, value));
    }
}
