package dev.millrace.contracts.header;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.OnUnavailable;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Writes and reads {@link JobHeaders}. */
final class JobHeadersCodec {
    private static final String UNLIMITED = "unlimited";

    private JobHeadersCodec() {}

    static void write(JobHeaders job, Headers headers) {
        MillraceHeaders.add(headers, MillraceHeaders.SCHEMA, MillraceHeaders.SCHEMA_VERSION);
        MillraceHeaders.add(headers, MillraceHeaders.JOB_ID, job.jobId());
        MillraceHeaders.add(headers, MillraceHeaders.TENANT, job.tenant());
        MillraceHeaders.add(headers, MillraceHeaders.BATCH, job.batch());
        MillraceHeaders.add(headers, MillraceHeaders.LINE, job.line());
        MillraceHeaders.add(headers, MillraceHeaders.PRIORITY, job.priority().word());
        MillraceHeaders.add(headers, MillraceHeaders.DEADLINE, job.deadline());
        MillraceHeaders.add(headers, MillraceHeaders.SUBMITTED_AT, job.submittedAt());
        MillraceHeaders.add(headers, MillraceHeaders.ROUTED_BY, job.routedBy());
        MillraceHeaders.add(headers, MillraceHeaders.CHAIN, String.join(",", job.chain()));
        MillraceHeaders.add(headers, MillraceHeaders.CHAIN_POSITION, job.position());
        MillraceHeaders.add(headers, MillraceHeaders.ATTEMPTS, job.attempts());
        MillraceHeaders.add(headers, MillraceHeaders.REQUEST_PARTITION, job.requestPartition());
        MillraceHeaders.add(headers, MillraceHeaders.MAX_OUTPUT_TOKENS, job.maxOutputTokens());
        if (job.inheritedUsd().signum() != 0) {
            MillraceHeaders.add(
                    headers, MillraceHeaders.INHERITED_USD, job.inheritedUsd().toPlainString());
        }
        if (job.earlier().attemptsAtModel() != 0) {
            MillraceHeaders.add(
                    headers, MillraceHeaders.MODEL_ATTEMPTS, job.earlier().attemptsAtModel());
        }
        MillraceHeaders.add(headers, MillraceHeaders.FALLBACKS, Fallback.text(job.fallbacks()));
        TokenEstimate tokens = job.tokens();
        if (tokens != null) {
            MillraceHeaders.add(headers, MillraceHeaders.ESTIMATED_INPUT_TOKENS, tokens.input());
            MillraceHeaders.add(headers, MillraceHeaders.ESTIMATED_OUTPUT_TOKENS, tokens.output());
        }
        MillraceHeaders.add(headers, MillraceHeaders.CACHE_KEY, job.cacheKey());
        MillraceHeaders.add(headers, MillraceHeaders.CACHE_NAMESPACE, job.cacheNamespace());
        MillraceHeaders.add(headers, MillraceHeaders.API_KEY, job.apiKey());
        JobCostLimit costLimit = job.costLimit();
        if (costLimit != null) {
            write(costLimit, headers);
        }
        write(job.answerWait(), headers);
        if (job.buy() != Buy.STANDARD) {
            MillraceHeaders.add(headers, MillraceHeaders.BUY, job.buy().word());
        }
        MillraceHeaders.add(headers, MillraceHeaders.PARENT, job.parent());
        MillraceHeaders.add(headers, MillraceHeaders.PASSAGES, job.passages());
        Lane lane = job.lane();
        if (lane != null) {
            MillraceHeaders.add(headers, MillraceHeaders.LANE, lane.word());
        }
    }

    private static void write(AnswerWait wait, Headers headers) {
        MillraceHeaders.add(headers, MillraceHeaders.STREAM, wait.chunks().word());
        if (wait.onUnavailable().failAfter() != null) {
            MillraceHeaders.add(
                    headers, MillraceHeaders.ON_UNAVAILABLE, wait.onUnavailable().text());
        }
    }

    private static void write(JobCostLimit costLimit, Headers headers) {
        MillraceHeaders.add(
                headers, MillraceHeaders.RESERVED_USD, Usd.text(costLimit.reservedUsd()));
        MillraceHeaders.add(headers, MillraceHeaders.ATTEMPT_USD, costLimit.attemptText());
        MillraceHeaders.add(headers, MillraceHeaders.ATTEMPT_TOKENS, costLimit.tokensText());
        if (costLimit.spentUsd().signum() != 0) {
            MillraceHeaders.add(headers, MillraceHeaders.SPENT_USD, Usd.text(costLimit.spentUsd()));
        }
        BigDecimal max = costLimit.maxUsd();
        if (max == null || max.compareTo(costLimit.reservedUsd()) != 0) {
            MillraceHeaders.add(
                    headers, MillraceHeaders.MAX_USD, max == null ? UNLIMITED : Usd.text(max));
        }
        MillraceHeaders.add(
                headers, MillraceHeaders.BUDGET_REFUSAL, costLimit.reserved().refusal());
        if (costLimit.reserved().paidAttempts() != 0) {
            MillraceHeaders.add(
                    headers, MillraceHeaders.PAID_ATTEMPTS, costLimit.reserved().paidAttempts());
        }
        if (costLimit.reserved().returns() != 0) {
            MillraceHeaders.add(headers, MillraceHeaders.RETURNS, costLimit.reserved().returns());
        }
        MillraceHeaders.add(headers, MillraceHeaders.PAYING_ACCOUNTS, costLimit.accountsText());
    }

    /**
     * Reads the headers of a job.
     *
     * @throws UnreadableHeader if a header is missing or invalid, or if the schema version is not
     *     supported
     */
    static JobHeaders read(Headers headers) throws UnreadableHeader {
        var in = new HeaderReader(headers);
        in.requireSchema();
        try {
            return new JobHeaders(
                    new JobHeaders.Identity(
                            in.required(MillraceHeaders.JOB_ID, JobId::new),
                            in.required(MillraceHeaders.TENANT, text -> text),
                            in.required(MillraceHeaders.BATCH, text -> text),
                            in.optional(MillraceHeaders.LINE, Long::valueOf),
                            in.optional(MillraceHeaders.API_KEY, text -> text),
                            in.optional(MillraceHeaders.PARENT, JobId::new),
                            MillraceHeaders.traceparent(headers)),
                    new JobHeaders.Submission(
                            in.required(
                                    MillraceHeaders.PRIORITY,
                                    text -> Priority.of(text).orElseThrow()),
                            in.optional(MillraceHeaders.DEADLINE, Instant::parse),
                            in.required(MillraceHeaders.SUBMITTED_AT, Instant::parse),
                            new AnswerWait(
                                    AnswerWait.Chunks.of(headers),
                                    in.optional(
                                            MillraceHeaders.ON_UNAVAILABLE,
                                            text -> OnUnavailable.of(text).orElseThrow(),
                                            OnUnavailable.WAIT)),
                            in.optional(
                                    MillraceHeaders.BUY,
                                    text -> Buy.of(text).orElseThrow(),
                                    Buy.STANDARD)),
                    new JobHeaders.Route(
                            in.required(MillraceHeaders.ROUTED_BY, text -> text),
                            in.required(
                                    MillraceHeaders.CHAIN, text -> List.of(text.split(",", -1))),
                            in.required(MillraceHeaders.CHAIN_POSITION, Integer::valueOf),
                            in.optional(MillraceHeaders.REQUEST_PARTITION, Integer::valueOf),
                            in.optional(MillraceHeaders.LANE, text -> Lane.of(text).orElseThrow())),
                    new JobHeaders.Earlier(
                            in.required(MillraceHeaders.ATTEMPTS, Integer::valueOf),
                            in.optional(MillraceHeaders.INHERITED_USD, Usd::parse, BigDecimal.ZERO),
                            in.optional(MillraceHeaders.FALLBACKS, Fallback::parse, List.of()),
                            in.optional(MillraceHeaders.MODEL_ATTEMPTS, Integer::valueOf, 0)),
                    in.optional(MillraceHeaders.MAX_OUTPUT_TOKENS, Long::valueOf),
                    tokens(in),
                    cache(in),
                    costLimit(in),
                    in.optional(MillraceHeaders.PASSAGES, JobHeadersCodec::requirePassages));
        } catch (IllegalArgumentException e) {
            throw new UnreadableHeader(String.valueOf(e.getMessage()));
        }
    }

    private static JobHeaders.@Nullable Cache cache(HeaderReader in) throws UnreadableHeader {
        String key = in.optional(MillraceHeaders.CACHE_KEY, JobHeaders::requireCacheKey);
        String namespace =
                in.optional(MillraceHeaders.CACHE_NAMESPACE, JobHeaders::requireCacheKey);
        if (key == null) {
            if (namespace != null) {
                throw new IllegalArgumentException("the namespace needs a cache key");
            }
            return null;
        }
        return new JobHeaders.Cache(key, namespace);
    }

    private static String requirePassages(String text) {
        if (!JsonBytes.isJson(text.getBytes(UTF_8))) {
            throw new IllegalArgumentException("passages must be JSON");
        }
        return text;
    }

    private static @Nullable TokenEstimate tokens(HeaderReader in) throws UnreadableHeader {
        Long input = in.optional(MillraceHeaders.ESTIMATED_INPUT_TOKENS, Long::valueOf);
        Long output = in.optional(MillraceHeaders.ESTIMATED_OUTPUT_TOKENS, Long::valueOf);
        return input == null || output == null ? null : new TokenEstimate(input, output);
    }

    /**
     * Reads the limit on the job's cost. A limit without one of its parts is invalid, since the job
     * could cost more than its submitter allows.
     */
    private static @Nullable JobCostLimit costLimit(HeaderReader in) throws UnreadableHeader {
        if (!in.has(MillraceHeaders.RESERVED_USD) && !in.has(MillraceHeaders.ATTEMPT_USD)) {
            return null;
        }
        BigDecimal reserved = in.required(MillraceHeaders.RESERVED_USD, Usd::parse);
        boolean isUnlimited = UNLIMITED.equals(in.optional(MillraceHeaders.MAX_USD, text -> text));
        return new JobCostLimit(
                new JobCostLimit.Reserved(
                        reserved,
                        isUnlimited
                                ? null
                                : in.optional(MillraceHeaders.MAX_USD, Usd::parse, reserved),
                        in.optional(MillraceHeaders.BUDGET_REFUSAL, text -> text),
                        in.optional(MillraceHeaders.PAID_ATTEMPTS, Integer::valueOf, 0),
                        in.optional(MillraceHeaders.RETURNS, Integer::valueOf, 0),
                        in.optional(MillraceHeaders.PAYING_ACCOUNTS, JobCostLimit::parseAccounts)),
                in.required(MillraceHeaders.ATTEMPT_USD, JobCostLimit::parseAttempts),
                in.optional(MillraceHeaders.SPENT_USD, Usd::parse, BigDecimal.ZERO),
                in.optional(MillraceHeaders.ATTEMPT_TOKENS, JobCostLimit::parseTokens, List.of()));
    }
}
