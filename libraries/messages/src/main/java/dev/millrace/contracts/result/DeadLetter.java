package dev.millrace.contracts.result;

import dev.millrace.contracts.header.MillraceHeaders;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The reason and origin of a dead letter, stored in its headers. The key and value of the original
 * record are kept unchanged.
 *
 * @param reason error code; a string, because it can come from a later version
 * @param message one human-readable sentence
 * @param topic topic of the original record
 * @param tenant null if unknown
 * @param batch null if unknown
 * @param line line number in its file, from 1; null if unknown
 * @param jobId id of the record's job; null if unknown
 */
public record DeadLetter(
        String reason,
        String message,
        String topic,
        int partition,
        long offset,
        @Nullable String tenant,
        @Nullable String batch,
        @Nullable Long line,
        @Nullable String jobId) {

    /** Replaces all Millrace headers of the record; other headers are kept. */
    public void writeTo(Headers headers) {
        MillraceHeaders.removeAll(headers);
        MillraceHeaders.put(headers, MillraceHeaders.SCHEMA, MillraceHeaders.SCHEMA_VERSION);
        MillraceHeaders.put(headers, MillraceHeaders.REASON, reason);
        MillraceHeaders.put(headers, MillraceHeaders.MESSAGE, message);
        MillraceHeaders.put(headers, MillraceHeaders.ORIGIN_TOPIC, topic);
        MillraceHeaders.put(headers, MillraceHeaders.ORIGIN_PARTITION, partition);
        MillraceHeaders.put(headers, MillraceHeaders.ORIGIN_OFFSET, offset);
        MillraceHeaders.put(headers, MillraceHeaders.TENANT, tenant);
        MillraceHeaders.put(headers, MillraceHeaders.BATCH, batch);
        MillraceHeaders.put(headers, MillraceHeaders.LINE, line);
        MillraceHeaders.put(headers, MillraceHeaders.JOB_ID, jobId);
    }

    /**
     * Reads the headers of a dead letter.
     *
     * @throws IllegalArgumentException if they are not the headers of a dead letter
     */
    public static DeadLetter read(Headers headers) {
        return new DeadLetter(
                required(headers, MillraceHeaders.REASON),
                required(headers, MillraceHeaders.MESSAGE),
                required(headers, MillraceHeaders.ORIGIN_TOPIC),
                Integer.parseInt(required(headers, MillraceHeaders.ORIGIN_PARTITION)),
                Long.parseLong(required(headers, MillraceHeaders.ORIGIN_OFFSET)),
                MillraceHeaders.text(headers, MillraceHeaders.TENANT).orElse(null),
                MillraceHeaders.text(headers, MillraceHeaders.BATCH).orElse(null),
                MillraceHeaders.text(headers, MillraceHeaders.LINE).map(Long::valueOf).orElse(null),
                MillraceHeaders.text(headers, MillraceHeaders.JOB_ID).orElse(null));
    }

    private static String required(Headers headers, String name) {
        Optional<String> text = MillraceHeaders.text(headers, name);
        return text.orElseThrow(
                () -> new IllegalArgumentException("a dead letter must have the header " + name));
    }
}
