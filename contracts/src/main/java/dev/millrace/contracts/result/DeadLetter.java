package dev.millrace.contracts.result;

import dev.millrace.contracts.header.MillraceHeaders;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Why a record became a dead letter, and where it stood. The record's key and value are kept as
 * they came; this goes into its headers.
 *
 * @param reason a code of the taxonomy; a string, since a reader may meet one of a later version
 * @param message for a person, in one sentence
 * @param topic where the record stood
 * @param tenant null when unknown
 * @param batch null when unknown
 * @param line number of the line in its file, from 1; null when unknown
 * @param jobId the job that it repeats; null when it has none
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

    /** Replaces all of the record's Millrace headers; other headers stay. */
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
     * @throws IllegalArgumentException when they are not a dead letter's
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
