package dev.millrace.router.documents;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobCostLimit.AttemptTokens;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.policy.RuleCache;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.similarity.chunk.TextSpan;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A job with a document.
 *
 * @param split the object millrace.split
 */
record Doc(String name, int parts, String split, boolean isBounded, @Nullable Instant deadline) {
    static final Origin ORIGIN = new Origin("requests", 0, 7);
    static final BigDecimal ATTEMPT_USD = new BigDecimal("0.03");

    private static final int WORDS_OF_A_PART = 3;
    private static final int JOINED_TOKENS = 200;
    private static final int WORD_CHARS = 10;

    static Doc of(String name, int parts) {
        return new Doc(name, parts, "{}", false, null);
    }

    Doc omitting() {
        return new Doc(name, parts, "{\"on_failed_part\":\"omit\"}", isBounded, deadline);
    }

    Doc bounded() {
        return new Doc(name, parts, split, true, deadline);
    }

    Doc until(Instant end) {
        return new Doc(name, parts, split, isBounded, end);
    }

    JobId id() {
        return JobId.of("t", "b", name);
    }

    String text() {
        var text = new StringBuilder();
        IntStream.range(0, parts * WORDS_OF_A_PART)
                .forEach(it -> text.append("word%05d ".formatted(it)));
        return text.toString();
    }

    SplitPlan plan() {
        int chars = WORD_CHARS * WORDS_OF_A_PART;
        List<TextSpan> ranges =
                IntStream.range(0, parts)
                        .mapToObj(it -> new TextSpan(it * chars, (it + 1) * chars))
                        .toList();
        return new SplitPlan(
                ranges,
                JOINED_TOKENS,
                parts,
                new RuleCache(Optional.of(CacheMode.NONE), Optional.of(false)));
    }

    JobCostLimit limit() {
        long calls = plan().calls();
        return new JobCostLimit(
                ATTEMPT_USD.multiply(BigDecimal.valueOf(calls)),
                List.of(ATTEMPT_USD.multiply(BigDecimal.valueOf(calls))),
                BigDecimal.ZERO,
                List.of(new AttemptTokens(1_000 * calls, 1_000 * calls)));
    }

    /** Returns the job with another limit of its cost. */
    PlannedRecord job(Instant now, String limitUsd) {
        var limit =
                new JobCostLimit(
                        new BigDecimal(limitUsd),
                        limit().attemptUsd(),
                        BigDecimal.ZERO,
                        limit().attemptTokens());
        return job(now).with(
                        it ->
                                new PlannedJob(
                                        it.identity(),
                                        it.origin(),
                                        it.headers().withCostLimit(limit),
                                        it.bytes(),
                                        it.split()));
    }

    PlannedRecord job(Instant now) {
        String line =
                """
                {"custom_id":"%s","url":"/v1/chat/completions","body":{"model":"small",\
                "messages":[{"role":"system","content":"Summarize."},\
                {"role":"user","content":"%s"}]},"millrace":{"split":%s}}"""
                        .formatted(name, text(), split);
        var headers =
                new JobHeaders(
                        new JobHeaders.Identity(id(), "t", "b", 3L),
                        new JobHeaders.Submission(Priority.NORMAL, deadline, now),
                        new JobHeaders.Route("catalog", List.of("small"), 0));
        return new PlannedRecord(
                new PlannedJob(
                        new JobIdentity(id(), name, "t", "b", 3L, null),
                        ORIGIN,
                        isBounded ? headers.withCostLimit(limit()) : headers,
                        line.getBytes(UTF_8),
                        plan().text()),
                null,
                new RecordHeaders(),
                now.toEpochMilli(),
                now.toEpochMilli());
    }
}
