package dev.millrace.contracts.header;

import dev.millrace.contracts.job.Names;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What the producer says of a request beside its bytes. Claims, like the request itself: the router
 * reads them, checks them and writes its own {@link JobHeaders}. What the line's own {@code
 * millrace} object says goes before; for the batch, this does.
 *
 * @param tenant null when not said
 * @param batch null when not said
 * @param line number of the line in its file, from 1; null when not from a file
 * @param submittedAt null when not said
 * @param oversizeBytes when the line was too large to be sent, its size; the record's value is then
 *     a stand-in that holds what was found of it; null otherwise
 */
public record SubmissionHeaders(
        @Nullable String tenant,
        @Nullable String batch,
        @Nullable Long line,
        @Nullable Instant submittedAt,
        @Nullable Long oversizeBytes) {

    /** Nothing said. */
    public static final SubmissionHeaders NONE =
            new SubmissionHeaders(null, null, null, null, null);

    private static final Pattern POSITIVE = Pattern.compile("[1-9][0-9]{0,17}");

    public void writeTo(Headers headers) {
        MillraceHeaders.put(headers, MillraceHeaders.TENANT, tenant);
        MillraceHeaders.put(headers, MillraceHeaders.BATCH, batch);
        MillraceHeaders.put(headers, MillraceHeaders.LINE, line);
        MillraceHeaders.put(headers, MillraceHeaders.SUBMITTED_AT, submittedAt);
        MillraceHeaders.put(headers, MillraceHeaders.OVERSIZE_BYTES, oversizeBytes);
    }

    /** Reads what can be read; a claim that makes no sense counts as not said. */
    public static SubmissionHeaders read(Headers headers) {
        return new SubmissionHeaders(
                MillraceHeaders.text(headers, MillraceHeaders.TENANT)
                        .filter(Names::isTenant)
                        .orElse(null),
                MillraceHeaders.text(headers, MillraceHeaders.BATCH)
                        .filter(Names::isBatch)
                        .orElse(null),
                positive(headers, MillraceHeaders.LINE),
                instant(headers),
                positive(headers, MillraceHeaders.OVERSIZE_BYTES));
    }

    private static @Nullable Long positive(Headers headers, String name) {
        return MillraceHeaders.text(headers, name)
                .filter(text -> POSITIVE.matcher(text).matches())
                .map(Long::valueOf)
                .orElse(null);
    }

    private static @Nullable Instant instant(Headers headers) {
        try {
            return MillraceHeaders.text(headers, MillraceHeaders.SUBMITTED_AT)
                    .map(Instant::parse)
                    .orElse(null);
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
