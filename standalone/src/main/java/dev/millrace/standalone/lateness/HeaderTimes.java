package dev.millrace.standalone.lateness;

import dev.millrace.contracts.header.MillraceHeaders;
import java.time.DateTimeException;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The times in the headers of a job.
 *
 * @param submittedAt null if unknown, or claimed to be before 1970
 * @param deadline null for none
 */
public record HeaderTimes(@Nullable Instant submittedAt, @Nullable Instant deadline) {
    static HeaderTimes of(Headers headers) {
        Instant submittedAt = time(headers, MillraceHeaders.SUBMITTED_AT);
        return new HeaderTimes(
                submittedAt == null || submittedAt.isBefore(Instant.EPOCH) ? null : submittedAt,
                time(headers, MillraceHeaders.DEADLINE));
    }

    private static @Nullable Instant time(Headers headers, String name) {
        try {
            return MillraceHeaders.text(headers, name).map(Instant::parse).orElse(null);
        } catch (DateTimeException e) {
            // The worker makes a dead letter of such a record.
            return null;
        }
    }
}
