package dev.millrace.standalone.compatibility;

import static dev.millrace.standalone.compatibility.ExampleJobs.BATCH;
import static dev.millrace.standalone.compatibility.ExampleJobs.JOB;
import static dev.millrace.standalone.compatibility.ExampleJobs.TENANT;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobLabels;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.EndReceivers;
import dev.millrace.contracts.result.JobFacts;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.contracts.result.ReusedAnswer;
import dev.millrace.contracts.result.Route;
import dev.millrace.contracts.result.SplitNote;
import dev.millrace.contracts.result.TranslationNote;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The readers of Millrace need a part of a result; users read all of it. */
class ResultFormatTest extends FormatContract<ResultView> {
    @Override
    String file() {
        return "results.txt";
    }

    private static Map<String, JobResult> results() {
        var results = new LinkedHashMap<String, JobResult>();
        results.put("answered", new JobResult("ticket-17", answered(200, null, null), called()));
        results.put(
                "failed by the provider",
                new JobResult(
                        "ticket-17", answered(400, ErrorCode.VALIDATION_ERROR, null), called()));
        results.put(
                "answered in text",
                new JobResult(
                        "ticket-17",
                        new Outcome.Answered(
                                502,
                                null,
                                new ProviderBody.Text("<html>ü"),
                                ErrorCode.SERVER_ERROR),
                        called()));
        results.put(
                "translated",
                new JobResult(
                        "ticket-17",
                        answered(
                                200,
                                null,
                                new TranslationNote(Endpoint.MESSAGES, List.of("body.user"))),
                        withEverything()));
        results.put(
                "unanswered",
                new JobResult(
                        "ticket-17",
                        new Outcome.Unanswered(
                                ErrorCode.RATE_LIMIT_EXCEEDED,
                                "Too many requests",
                                "model",
                                Duration.ofMillis(1_500),
                                "req-1"),
                        withEverything()));
        results.put(
                "rejected",
                new JobResult(
                        "ticket-17",
                        Outcome.rejected(ErrorCode.UNKNOWN_MODEL, "No such model"),
                        new Provenance(
                                JobFacts.of(
                                        new BatchJob(JOB, TENANT, BATCH),
                                        null,
                                        Route.NONE,
                                        EndReceivers.ofPartition(null),
                                        null),
                                Calls.NONE,
                                new JobLabels(null, null))));
        results.put("split", new JobResult("ticket-17", answered(200, null, null), split()));
        results.put(
                "with passages",
                new JobResult("ticket-17", answered(200, null, null), retrieved()));
        results.put(
                "without passages",
                new JobResult("ticket-17", answered(200, null, null), withoutPassages()));
        results.put(
                "of a similar question",
                new JobResult("ticket-17", answered(200, null, null), reused()));
        return results;
    }

    private static Outcome.Answered answered(
            int status, @Nullable ErrorCode error, @Nullable TranslationNote note) {
        byte[] body = "{\"choices\": [ {\"a\":1.50} ]}".getBytes(UTF_8);
        return new Outcome.Answered(status, "req-1", new ProviderBody.Json(body), error, note);
    }

    private static Provenance called() {
        return new Provenance(
                JobFacts.of(
                        new BatchJob(JOB, TENANT, BATCH),
                        17L,
                        new Route("default/3@v7", null),
                        EndReceivers.ofPartition(null),
                        null),
                new Calls(
                        "gpt-4.1",
                        "openai",
                        1,
                        new BigDecimal("0.000336"),
                        new JobTimes(812, 41, null),
                        null),
                new JobLabels(null, null));
    }

    private static Provenance split() {
        var note =
                new SplitNote(List.of(JOB), List.of(new SplitNote.OmittedPart(2, "timeout")), 1, 3);
        return new Provenance(
                JobFacts.of(
                        new BatchJob(JOB, TENANT, BATCH),
                        17L,
                        new Route("default/3@v7", null),
                        EndReceivers.ofPartition(null),
                        null),
                new Calls(
                        "gpt-4.1",
                        "openai",
                        5,
                        new BigDecimal("0.000336"),
                        new JobTimes(812, 41, null),
                        null),
                Provenance.CACHE_MISS,
                new JobLabels(null, null),
                null,
                note);
    }

    private static Provenance retrieved() {
        String passages =
                """
                {"collection":"handbook","passages":[{"n":1,"document":"returns – ü.md",\
                "passage":0,"title":"Returns","source":"https://example.com/returns",\
                "start":0,"end":344,"score":0.032787,"bm25":3.1,"cosine":0.58},\
                {"n":2,"document":"faq.md","passage":7,"start":90,"end":120,\
                "score":0.016129,"cosine":0.31}]}\
                """;
        return new Provenance(
                JobFacts.of(
                        new BatchJob(JOB, TENANT, BATCH),
                        17L,
                        new Route("default/3@v7", null),
                        EndReceivers.ofPartition(null),
                        passages),
                new Calls(
                        "gpt-4.1",
                        "openai",
                        2,
                        new BigDecimal("0.000336"),
                        new JobTimes(812, 41, null),
                        null),
                new JobLabels(null, null));
    }

    private static Provenance withoutPassages() {
        return new Provenance(
                JobFacts.of(
                        new BatchJob(JOB, TENANT, BATCH),
                        17L,
                        Route.NONE,
                        EndReceivers.ofPartition(null),
                        "{\"collection\":\"handbook\",\"passages\":[],\"on_empty\":\"answer\"}"),
                Calls.none(null, null, JobTimes.withoutCall(43)),
                new JobLabels(null, null));
    }

    private static Provenance reused() {
        return new Provenance(
                JobFacts.of(
                        new BatchJob(JOB, TENANT, BATCH),
                        17L,
                        new Route("default/3@v7", null),
                        EndReceivers.ofPartition(null),
                        null),
                Calls.none("gpt-4.1", "openai", JobTimes.withoutCall(42)),
                Provenance.CACHE_SEMANTIC,
                new JobLabels("req-17", null),
                new ReusedAnswer(JobId.of(TENANT, BATCH, "parent"), 0.97126),
                null);
    }

    private static Provenance withEverything() {
        return new Provenance(
                new JobFacts(
                        new BatchJob(JOB, TENANT, BATCH),
                        17L,
                        new Route("default/3@v7", null),
                        null,
                        BigDecimal.ZERO,
                        EndReceivers.ofPartition(null),
                        List.of(new Fallback("gpt-4.1", "timeout")),
                        300L,
                        null),
                new Calls(
                        "claude-sonnet-4.5",
                        "anthropic",
                        3,
                        new BigDecimal("0.0012345678901"),
                        new JobTimes(812, 41, null),
                        120L,
                        List.of("cache_control")),
                Provenance.CACHE_COLLAPSED,
                new JobLabels(null, "{\"queue\":\"refunds\"}"),
                null,
                null);
    }

    @Override
    Map<String, ResultView> content() {
        var content = new LinkedHashMap<String, ResultView>();
        results().forEach((name, result) -> content.put(name, view(result)));
        return content;
    }

    private static ResultView view(JobResult result) {
        Provenance from = result.provenance();
        ErrorCode error = result.outcome().error();
        return new ResultView(
                from.job().job().id().value(),
                result.customId(),
                from.job().job().tenant(),
                from.job().job().batch(),
                from.job().line(),
                result.outcome() instanceof Outcome.Answered answered
                        ? answered.statusCode()
                        : null,
                error == null ? null : error.code(),
                from.calls().model(),
                from.calls().provider(),
                from.calls().attempts(),
                from.calls().billedUsd(),
                from.calls().times().queuedMs(),
                from.calls().times().upstreamMs());
    }

    /** Writes the whole result of a view. */
    @Override
    String write(ResultView content) {
        return results().values().stream()
                .filter(it -> view(it).equals(content))
                .map(it -> new String(it.toJson(), UTF_8))
                .findFirst()
                .orElseThrow();
    }

    @Override
    ResultView read(String text) {
        return ResultView.read(text.getBytes(UTF_8));
    }

    @Override
    String ofALaterVersion(String text) {
        return withLaterKey(text)
                .replace("\"millrace\":{", "\"millrace\":{\"of_a_later_version\":[{\"a\":1}],");
    }
}
