package dev.millrace.bench.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.NumberedRequest;
import dev.millrace.bench.load.ShopWords;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobLabels;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.EndReceivers;
import dev.millrace.contracts.result.EndedJob;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.result.Route;

import java.math.BigDecimal;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Results of called jobs, with an answer of 150 words; about 1.5 KiB. */
final class BenchAnswer {
    private static final int WORDS = 150;
    private static final int SUCCESS = 200;
    private static final BigDecimal COST_USD = new BigDecimal("0.000123");
    private static final List<String> TEXT = ShopWords.and("tent", "lamp", "return", "label");

    private BenchAnswer() {}

    /** Returns the result of a job. Its text depends on the number. */
    static byte[] of(JobId job, long number) {
        var random = new SplittableRandom(number);
        String text =
                IntStream.range(0, WORDS)
                        .mapToObj(_ -> TEXT.get(random.nextInt(TEXT.size())))
                        .collect(Collectors.joining(" "));
        String body =
                """
                {"id":"chatcmpl-%d","object":"chat.completion","created":1795000000,"model":"bench",\
                "choices":[{"index":0,"message":{"role":"assistant","content":"%s"},\
                "finish_reason":"stop"}],\
                "usage":{"prompt_tokens":240,"completion_tokens":180,"total_tokens":420}}\
                """
                        .formatted(number, text);
        var outcome =
                new Outcome.Answered(
                        SUCCESS,
                        "req-" + number,
                        new ProviderBody.Json(body.getBytes(UTF_8)),
                        null);
        return new JobResult("answer-" + number, outcome, provenance(job)).toJson();
    }

    private static Provenance provenance(JobId job) {
        return new Provenance(
                EndedJob.of(
                        new BatchJob(job, NumberedRequest.TENANT, "bench"),
                        null,
                        Route.NONE,
                        EndReceivers.ofPartition(null),
                        null),
                new Calls(
                        BenchPipeline.MODEL,
                        "bench",
                        1,
                        COST_USD,
                        new JobTimes(800, 5, null),
                        null),
                new JobLabels(null, null));
    }
}
