package dev.millrace.contracts.header;

import dev.millrace.contracts.header.AnswerWait.Chunks;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.Names;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The headers that a producer adds to a request. They are unverified claims, like the request
 * itself: the router checks them and writes its own {@link JobHeaders}. The {@code millrace} object
 * of the line takes precedence, except for the batch.
 *
 * @param tenant null if not given
 * @param batch null if not given
 * @param line line number in its file, from 1; null if the request is not from a file
 * @param submittedAt null if not given
 * @param oversizeBytes size in bytes of a line that was too large to send, whose record is a
 *     placeholder with the fields that were found; null for any other line
 * @param batchLimitUsd limit of the batch's budget, as text, because an unreadable limit must not
 *     count as no limit; null if not given
 * @param chunks how the tokens of the answer are forwarded as they arrive, if at all
 * @param apiKey id of the API key whose budget pays the job; null if not given
 * @param defaults options of jobs whose line does not set them
 */
public record SubmissionHeaders(
        @Nullable String tenant,
        @Nullable String batch,
        @Nullable Long line,
        @Nullable Instant submittedAt,
        @Nullable Long oversizeBytes,
        @Nullable String batchLimitUsd,
        Chunks chunks,
        @Nullable String apiKey,
        Defaults defaults) {

    /**
     * The options of a batch that its lines can override.
     *
     * @param buy how the calls of the jobs are bought; null if not given
     * @param deadline time after which no attempt of a job starts; null if not given
     */
    public record Defaults(@Nullable Buy buy, @Nullable Instant deadline) {
        /** No defaults. */
        public static final Defaults NONE = new Defaults(null);

        /** Creates the defaults of a batch without a deadline. */
        public Defaults(@Nullable Buy buy) {
            this(buy, null);
        }
    }

    /** No claims. */
    public static final SubmissionHeaders NONE =
            new SubmissionHeaders(null, null, null, null, null);

    /** Creates the headers of a submission whose tokens are not forwarded. */
    public SubmissionHeaders(
            @Nullable String tenant,
            @Nullable String batch,
            @Nullable Long line,
            @Nullable Instant submittedAt,
            @Nullable Long oversizeBytes,
            @Nullable String batchLimitUsd) {
        this(
                tenant,
                batch,
                line,
                submittedAt,
                oversizeBytes,
                batchLimitUsd,
                Chunks.NONE,
                null,
                Defaults.NONE);
    }

    /** Creates the headers of a submission without a limit and without forwarding of tokens. */
    public SubmissionHeaders(
            @Nullable String tenant,
            @Nullable String batch,
            @Nullable Long line,
            @Nullable Instant submittedAt,
            @Nullable Long oversizeBytes) {
        this(tenant, batch, line, submittedAt, oversizeBytes, null);
    }

    /**
     * Returns a copy that names an API key.
     *
     * @param id id of the key; null for none
     */
    public SubmissionHeaders withApiKey(@Nullable String id) {
        return with(chunks, id, defaults);
    }

    /** Returns a copy whose answer is forwarded in another way. */
    public SubmissionHeaders withChunks(Chunks forwarded) {
        return with(forwarded, apiKey, defaults);
    }

    /** Returns a copy with options of jobs whose line does not set them. */
    public SubmissionHeaders withDefaults(Defaults options) {
        return with(chunks, apiKey, options);
    }

    private SubmissionHeaders with(Chunks forwarded, @Nullable String key, Defaults options) {
        return new SubmissionHeaders(
                tenant,
                batch,
                line,
                submittedAt,
                oversizeBytes,
                batchLimitUsd,
                forwarded,
                key,
                options);
    }

    private static final Pattern POSITIVE = Pattern.compile("[1-9][0-9]{0,17}");

    public void writeTo(Headers headers) {
        MillraceHeaders.put(headers, MillraceHeaders.TENANT, tenant);
        MillraceHeaders.put(headers, MillraceHeaders.BATCH, batch);
        MillraceHeaders.put(headers, MillraceHeaders.LINE, line);
        MillraceHeaders.put(headers, MillraceHeaders.SUBMITTED_AT, submittedAt);
        MillraceHeaders.put(headers, MillraceHeaders.OVERSIZE_BYTES, oversizeBytes);
        MillraceHeaders.put(headers, MillraceHeaders.BATCH_LIMIT_USD, batchLimitUsd);
        MillraceHeaders.put(headers, MillraceHeaders.STREAM, chunks.word());
        MillraceHeaders.put(headers, MillraceHeaders.API_KEY, apiKey);
        MillraceHeaders.put(
                headers, MillraceHeaders.BUY, defaults.buy == null ? null : defaults.buy.word());
        MillraceHeaders.put(headers, MillraceHeaders.DEADLINE, defaults.deadline);
    }

    /** Reads the headers; an invalid value counts as not given, except a limit. */
    public static SubmissionHeaders read(Headers headers) {
        return new SubmissionHeaders(
                MillraceHeaders.text(headers, MillraceHeaders.TENANT)
                        .filter(Names::isTenant)
                        .orElse(null),
                MillraceHeaders.text(headers, MillraceHeaders.BATCH)
                        .filter(Names::isBatch)
                        .orElse(null),
                positive(headers, MillraceHeaders.LINE),
                instant(headers, MillraceHeaders.SUBMITTED_AT),
                positive(headers, MillraceHeaders.OVERSIZE_BYTES),
                MillraceHeaders.text(headers, MillraceHeaders.BATCH_LIMIT_USD).orElse(null),
                Chunks.of(headers),
                MillraceHeaders.text(headers, MillraceHeaders.API_KEY)
                        .filter(Names::isTenant)
                        .orElse(null),
                new Defaults(
                        MillraceHeaders.text(headers, MillraceHeaders.BUY)
                                .flatMap(Buy::of)
                                .orElse(null),
                        instant(headers, MillraceHeaders.DEADLINE)));
    }

    private static @Nullable Long positive(Headers headers, String name) {
        return MillraceHeaders.text(headers, name)
                .filter(text -> POSITIVE.matcher(text).matches())
                .map(Long::valueOf)
                .orElse(null);
    }

    private static @Nullable Instant instant(Headers headers, String name) {
        try {
            return MillraceHeaders.text(headers, name).map(Instant::parse).orElse(null);
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
