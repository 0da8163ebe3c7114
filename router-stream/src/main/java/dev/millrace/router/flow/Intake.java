package dev.millrace.router.flow;

import dev.millrace.contracts.config.BatchConfig;
import dev.millrace.contracts.config.TenantConfig;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobOptions;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.router.flow.Flow.Burial;
import dev.millrace.router.flow.Flow.Claim;
import dev.millrace.router.flow.Flow.Content;
import dev.millrace.router.flow.Flow.Fault;
import dev.millrace.router.flow.Flow.Origin;
import dev.millrace.router.flow.Flow.Owner;
import dev.millrace.router.flow.Flow.Unusable;
import dev.millrace.router.flow.Flow.Workable;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request record: whose it is, and whether it can be worked on. Pure.
 *
 * <p>Tenant: what the topic is bound to goes before what the line says, that before what the
 * producer's headers say, that before the default. Batch: the producer's headers go before the
 * line, since whoever submits a file again names its batch anew.
 *
 * <p>A tenant that has a request topic of its own has no requests in a topic that is bound to
 * nobody: whoever may write there could otherwise spend that tenant's money and take its job ids. A
 * record that claims such a tenant becomes a dead letter of no tenant.
 *
 * @param maxRequestBytes longest line that is worked on
 * @param tenant whose requests the topic's are; null when the requests say so themselves
 * @param ownTopics by tenant, a request topic that is bound to it
 */
public record Intake(int maxRequestBytes, @Nullable String tenant, Map<String, String> ownTopics) {
    public Intake {
        ownTopics = Map.copyOf(ownTopics);
    }

    /**
     * Reads one record.
     *
     * @param value null when the record has none
     * @param arrivedAt when it was submitted, if its producer does not say
     */
    public Flow read(
            Origin origin, byte @Nullable [] value, SubmissionHeaders said, Instant arrivedAt) {
        if (value == null) {
            return burial(
                    origin, value, said, ErrorCode.MALFORMED_REQUEST, "the record has no value");
        }
        Fault oversize = oversize(value, said);
        return switch (RequestParser.parse(value)) {
            case ParseResult.Accepted(var line) ->
                    claim(
                            origin,
                            line.customId(),
                            line.options(),
                            said,
                            arrivedAt,
                            value,
                            oversize == null ? new Workable(line) : new Unusable(oversize));
            case ParseResult.Unacceptable unacceptable ->
                    claim(
                            origin,
                            unacceptable.customId(),
                            unacceptable.options(),
                            said,
                            arrivedAt,
                            value,
                            new Unusable(oversize == null ? malformed(unacceptable) : oversize));
            case ParseResult.Malformed(String reason) ->
                    oversize == null
                            ? burial(
                                    origin,
                                    value,
                                    said,
                                    ErrorCode.MALFORMED_REQUEST,
                                    "the line " + reason)
                            : burial(origin, value, said, oversize.error(), oversize.message());
        };
    }

    /** The producer sends a stand-in for a line that is too large, with the line's size. */
    private @Nullable Fault oversize(byte[] value, SubmissionHeaders said) {
        Long claimed = said.oversizeBytes();
        long bytes = claimed == null ? value.length : claimed;
        if (claimed == null && bytes <= maxRequestBytes) {
            return null;
        }
        String message =
                String.format(
                        Locale.ROOT,
                        "the line has %,d bytes, more than max_request_bytes = %,d",
                        bytes,
                        maxRequestBytes);
        return new Fault(ErrorCode.VALIDATION_ERROR, message, null);
    }

    private static Fault malformed(ParseResult.Unacceptable line) {
        return new Fault(
                ErrorCode.MALFORMED_REQUEST, line.message(), line.problems().getFirst().key());
    }

    private Flow claim(
            Origin origin,
            String customId,
            JobOptions options,
            SubmissionHeaders said,
            Instant arrivedAt,
            byte[] value,
            Content content) {
        String owner = first(TenantConfig.DEFAULT_NAME, tenant, options.tenant(), said.tenant());
        if (isOfAnotherTopic(owner)) {
            return burial(
                    origin, value, said, ErrorCode.VALIDATION_ERROR, misplaced(owner, origin));
        }
        String batch = first(BatchConfig.DEFAULT_NAME, said.batch(), options.batch());
        return new Claim(
                new Owner(
                        JobId.of(owner, batch, customId),
                        customId,
                        owner,
                        batch,
                        said.line(),
                        options.metadata()),
                origin,
                submittedAt(said, arrivedAt),
                value,
                content);
    }

    private boolean isOfAnotherTopic(String owner) {
        return tenant == null && ownTopics.containsKey(owner);
    }

    private String misplaced(String owner, Origin origin) {
        return "a request of the tenant \""
                + owner
                + "\" must come through "
                + ownTopics.get(owner)
                + ", a topic that is bound to that tenant, and not through "
                + origin.topic()
                + "; name another tenant in millrace.tenant, or send it there";
    }

    /** Returns the tenant of a dead letter; null for one that may not be claimed here. */
    private @Nullable String claimant(SubmissionHeaders said) {
        String claimed = tenant == null ? said.tenant() : tenant;
        return claimed == null || isOfAnotherTopic(claimed) ? null : claimed;
    }

    /** Never after it arrived: a wrong clock would put a job out of the reach of cancellations. */
    private static Instant submittedAt(SubmissionHeaders said, Instant arrivedAt) {
        Instant claimed = said.submittedAt();
        return claimed == null || claimed.isAfter(arrivedAt) ? arrivedAt : claimed;
    }

    private Burial burial(
            Origin origin,
            byte @Nullable [] value,
            SubmissionHeaders said,
            ErrorCode reason,
            String message) {
        return new Burial(
                reason, message, origin, value, claimant(said), said.batch(), said.line(), null);
    }

    private static String first(String otherwise, @Nullable String... said) {
        for (String each : said) {
            if (each != null) {
                return each;
            }
        }
        return otherwise;
    }
}
