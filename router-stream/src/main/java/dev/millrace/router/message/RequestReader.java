package dev.millrace.router.message;

import dev.millrace.configuration.BatchConfig;
import dev.millrace.configuration.TenantConfig;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobOptions;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.money.Usd;
import dev.millrace.router.message.RoutingMessage.Content;
import dev.millrace.router.message.RoutingMessage.DeadLetterRecord;
import dev.millrace.router.message.RoutingMessage.InvalidContent;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.message.RoutingMessage.ValidContent;
import dev.millrace.router.records.RequestTimestampExtractor;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request record: determines the identity of its job and validates it. Pure.
 *
 * <p>Precedence for the tenant: the tenant bound to the topic, the line, the producer's headers,
 * the default. Precedence for the batch: the producer's headers, the line, the default. Headers
 * precede the line since a resubmitted file gets a new batch name.
 *
 * <p>A tenant with a separate request topic cannot send requests through a topic without a tenant.
 * Otherwise anyone with write access to that topic could spend the tenant's money and occupy its
 * job ids. Such a record becomes a dead letter without a tenant.
 *
 * @param maxRequestBytes size limit of a line
 * @param tenant the tenant bound to the topic; null when each request names its tenant
 * @param ownTopics by tenant, a request topic that is bound to it
 */
public record RequestReader(
        int maxRequestBytes, @Nullable String tenant, Map<String, String> ownTopics) {
    /** Bounds the digits, because each job is compared with the limit. */
    private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,12}(\\.[0-9]{1,18})?");

    public RequestReader {
        ownTopics = Map.copyOf(ownTopics);
    }

    /**
     * Reads one record.
     *
     * @param value null when the record has none
     * @param arrivedAt submission time, if the producer's headers have none
     */
    public RoutingMessage read(
            Origin origin,
            byte @Nullable [] value,
            SubmissionHeaders submission,
            Instant arrivedAt) {
        if (value == null) {
            return deadLetter(
                    origin,
                    value,
                    submission,
                    ErrorCode.MALFORMED_REQUEST,
                    "the record has no value");
        }
        Rejection refused = refused(value, submission);
        return switch (RequestParser.parse(value)) {
            case ParseResult.Accepted(var line) ->
                    request(
                            origin,
                            line.customId(),
                            line.options(),
                            submission,
                            arrivedAt,
                            value,
                            refused == null
                                    ? new ValidContent(
                                            line.withDefaults(
                                                    submission.defaults().buy(),
                                                    submission.defaults().deadline()))
                                    : new InvalidContent(refused));
            case ParseResult.Unacceptable unacceptable ->
                    request(
                            origin,
                            unacceptable.customId(),
                            unacceptable.options(),
                            submission,
                            arrivedAt,
                            value,
                            new InvalidContent(
                                    refused == null ? malformed(unacceptable) : refused));
            case ParseResult.Malformed(String reason) ->
                    refused == null
                            ? deadLetter(
                                    origin,
                                    value,
                                    submission,
                                    ErrorCode.MALFORMED_REQUEST,
                                    "the line " + reason)
                            : deadLetter(
                                    origin, value, submission, refused.error(), refused.message());
        };
    }

    /** Returns the reason to reject a line whatever its content; null for none. */
    private @Nullable Rejection refused(byte[] value, SubmissionHeaders submission) {
        Rejection oversize = oversize(value, submission);
        return oversize == null ? unreadableLimit(submission) : oversize;
    }

    /** Returns a rejection for a limit of the batch that is not an amount above 0, else null. */
    private static @Nullable Rejection unreadableLimit(SubmissionHeaders submission) {
        return submission.batchLimitUsd() == null || batchLimitUsd(submission) != null
                ? null
                : new Rejection(
                        ErrorCode.VALIDATION_ERROR,
                        "the header "
                                + MillraceHeaders.BATCH_LIMIT_USD
                                + " must be an amount in US dollars above 0, such as 2.50, was "
                                + submission.batchLimitUsd(),
                        null);
    }

    /** Returns the limit of the batch; null if there is none or it cannot be read. */
    private static @Nullable BigDecimal batchLimitUsd(SubmissionHeaders submission) {
        String text = submission.batchLimitUsd();
        if (text == null || !AMOUNT.matcher(text).matches()) {
            return null;
        }
        var amount = new BigDecimal(text);
        return amount.signum() > 0 ? Usd.normalised(amount) : null;
    }

    /**
     * Returns a rejection for a line over the size limit, else null. For such a line the producer
     * library sends a placeholder, with the line's size in a header.
     */
    private @Nullable Rejection oversize(byte[] value, SubmissionHeaders submission) {
        Long claimed = submission.oversizeBytes();
        long bytes = claimed == null ? value.length : claimed;
        if (claimed == null && bytes <= maxRequestBytes) {
            return null;
        }
        String limit =
                bytes > maxRequestBytes
                        ? String.format(
                                Locale.ROOT, "topics.max_request_bytes = %,d", maxRequestBytes)
                        : "its producer was set to send (topics.max_request_bytes)";
        String message =
                String.format(Locale.ROOT, "the line has %,d bytes, more than %s", bytes, limit);
        return new Rejection(ErrorCode.VALIDATION_ERROR, message, null);
    }

    private static Rejection malformed(ParseResult.Unacceptable line) {
        return new Rejection(
                ErrorCode.MALFORMED_REQUEST, line.message(), line.problems().getFirst().key());
    }

    private RoutingMessage request(
            Origin origin,
            String customId,
            JobOptions options,
            SubmissionHeaders submission,
            Instant arrivedAt,
            byte[] value,
            Content content) {
        String effectiveTenant =
                firstOrDefault(
                        TenantConfig.DEFAULT_NAME, tenant, options.tenant(), submission.tenant());
        if (hasOtherTopic(effectiveTenant)) {
            return deadLetter(
                    origin,
                    value,
                    submission,
                    ErrorCode.VALIDATION_ERROR,
                    wrongTopic(effectiveTenant, origin));
        }
        String batch =
                firstOrDefault(BatchConfig.DEFAULT_NAME, submission.batch(), options.batch());
        return new ParsedRequest(
                new JobIdentity(
                        JobId.of(effectiveTenant, batch, customId),
                        customId,
                        effectiveTenant,
                        batch,
                        submission.line(),
                        options.labels(),
                        batchLimitUsd(submission),
                        submission.apiKey(),
                        null),
                origin,
                submittedAt(submission, arrivedAt),
                submission.chunks(),
                value,
                content,
                null);
    }

    private boolean hasOtherTopic(String claimedTenant) {
        return tenant == null && ownTopics.containsKey(claimedTenant);
    }

    private String wrongTopic(String claimedTenant, Origin origin) {
        return "the tenant \""
                + claimedTenant
                + "\" has its own request topic, "
                + ownTopics.get(claimedTenant)
                + "; send the request to that topic instead of "
                + origin.topic()
                + ", or name another tenant in millrace.tenant";
    }

    /** Returns the tenant of a dead letter; null for a tenant with its own request topic. */
    private @Nullable String deadLetterTenant(SubmissionHeaders submission) {
        String claimed = tenant == null ? submission.tenant() : tenant;
        return claimed == null || hasOtherTopic(claimed) ? null : claimed;
    }

    /**
     * Returns the claimed submission time, or the arrival time if the claim is not plausible. With
     * a time in the future, a cancellation would not apply to the job. Some programs write the year
     * 1 or 1970 for no time.
     */
    private static Instant submittedAt(SubmissionHeaders submission, Instant arrivedAt) {
        Instant claimed = submission.submittedAt();
        return claimed == null
                        || claimed.isAfter(arrivedAt)
                        || claimed.isBefore(RequestTimestampExtractor.OLDEST)
                ? arrivedAt
                : claimed;
    }

    private DeadLetterRecord deadLetter(
            Origin origin,
            byte @Nullable [] value,
            SubmissionHeaders submission,
            ErrorCode reason,
            String message) {
        return new DeadLetterRecord(
                reason,
                message,
                origin,
                value,
                deadLetterTenant(submission),
                submission.batch(),
                submission.line(),
                null,
                null);
    }

    private static String firstOrDefault(String fallback, @Nullable String... candidates) {
        for (String candidate : candidates) {
            if (candidate != null) {
                return candidate;
            }
        }
        return fallback;
    }
}
