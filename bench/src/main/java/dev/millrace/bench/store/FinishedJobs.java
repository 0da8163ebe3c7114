package dev.millrace.bench.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.JobFactory;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobLabels;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.EndReceivers;
import dev.millrace.contracts.result.EndedJob;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.PricedUsage;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.result.Route;
import dev.millrace.contracts.topic.Topics;

import org.apache.kafka.clients.producer.ProducerRecord;

import java.math.BigDecimal;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Numbered jobs as workers finish them: a result and one cost event each, always the same for a
 * number. Immutable.
 *
 * @param resultBytes size of a result, about; at least the 900 bytes of its fields
 * @param linesPerBatch jobs in each batch
 */
public record FinishedJobs(AnswerText text, int resultBytes, int linesPerBatch) {
    /** Tenant of all jobs. */
    public static final String TENANT = "default";

    private static final int CHARS_PER_TOKEN = 4;
    private static final int MAX_PROMPT_TOKENS = 900;
    private static final int MAX_QUEUED_MILLIS = 60_000;
    private static final int MAX_CALL_MILLIS = 9_000;
    private static final String ROUTED_BY = "shop/bulk/3";

    private record Served(String model, String provider, Price price) {}

    private static final List<Served> SERVED =
            List.of(
                    new Served("deepseek-flash", "deepseek", Price.of("0.28", "0.42")),
                    new Served("qwen-turbo", "alibaba", Price.of("0.05", "0.2")),
                    new Served("gpt-5-mini", "openai", Price.of("0.25", "2")),
                    new Served("claude-haiku-4-5", "anthropic", Price.of("1", "5")),
                    new Served("gemini-2.5-flash", "google", Price.of("0.3", "2.5")));

    /** Returns the batch of a job. */
    public String batch(long number) {
        return "support-tickets-" + number / linesPerBatch + ".jsonl";
    }

    private long line(long number) {
        return number % linesPerBatch + 1;
    }

    /** Returns the custom id of a job. */
    public String customId(long number) {
        return "ticket-" + line(number);
    }

    private JobId jobId(long number) {
        return JobId.of(TENANT, batch(number), customId(number));
    }

    /** Returns the result of a job, one line of JSON. */
    byte[] result(long number) {
        int envelope = ending(number, 0).result().toJson().length;
        return ending(number, Math.max(0, resultBytes - envelope)).result().toJson();
    }

    private JobEnding.Settled ending(long number, int textBytes) {
        var random = new SplittableRandom(number);
        Served served = served(random);
        TokenUsage usage = usage(random);
        String body =
                """
                {"id":"chatcmpl-%016x%08x","object":"chat.completion","created":%d,"model":"%s",\
                "choices":[{"index":0,"message":{"role":"assistant","content":"%s","refusal":null},\
                "logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":%d,\
                "completion_tokens":%d,"total_tokens":%d},"system_fingerprint":"fp_%08x"}\
                """
                        .formatted(
                                random.nextLong(),
                                random.nextInt(),
                                1_764_000_000 + number / 100,
                                served.model,
                                text.part(textBytes, random),
                                usage.inputTokens(),
                                usage.outputTokens(),
                                usage.totalTokens(),
                                random.nextInt());
        BigDecimal usd = served.price.costOf(usage);
        var times = times(new SplittableRandom(number));
        var calls = new Calls(served.model, served.provider, 1, usd, times, null);
        var answer =
                new Outcome.Answered(
                        200,
                        "req_%016x".formatted(random.nextLong()),
                        ProviderBody.of(body.getBytes(UTF_8)),
                        null);
        var cost =
                new AttemptCost(
                        served.model,
                        served.provider,
                        1,
                        CostKind.BILLED,
                        PricedUsage.of(usage, served.price, "2026-11"),
                        usd,
                        BigDecimal.ZERO);
        return new JobEnding.Settled(
                new JobResult(
                        customId(number),
                        answer,
                        new Provenance(job(number, served), calls, new JobLabels(null, null))),
                cost);
    }

    private EndedJob job(long number, Served served) {
        return new EndedJob(
                new BatchJob(jobId(number), TENANT, batch(number)),
                line(number),
                new Route(ROUTED_BY, served.model),
                Lane.NORMAL,
                BigDecimal.ZERO,
                EndReceivers.ofPartition(null),
                List.of(),
                null,
                null);
    }

    /** Returns the final cost event of a job. */
    CostEvent cost(long number) {
        return ending(number, 0).costEvent();
    }

    private static Served served(SplittableRandom random) {
        return SERVED.get(random.nextInt(SERVED.size()));
    }

    private TokenUsage usage(SplittableRandom random) {
        int most = Math.max(2, resultBytes / CHARS_PER_TOKEN);
        return TokenUsage.of(random.nextInt(1, MAX_PROMPT_TOKENS), random.nextInt(most / 2, most));
    }

    private static JobTimes times(SplittableRandom random) {
        return new JobTimes(
                random.nextInt(1, MAX_CALL_MILLIS), random.nextInt(MAX_QUEUED_MILLIS), null);
    }

    /**
     * Returns a factory of Kafka records: record 2n is the result of job n, record 2n + 1 its cost
     * event.
     */
    public JobFactory records(BenchPipeline pipeline) {
        var topics = new Topics(pipeline.prefix());
        return (record, _) -> {
            long number = record / 2;
            byte[] key = jobId(number).value().getBytes(UTF_8);
            return record % 2 == 0
                    ? new ProducerRecord<>(topics.results(), key, result(number))
                    : new ProducerRecord<>(
                            topics.costs(), key, CostEventCodec.toJson(cost(number)));
        };
    }

    /** Returns the exact cost of the first jobs, in US dollars. */
    public BigDecimal costUsd(long jobs) {
        BigDecimal sum = BigDecimal.ZERO;
        for (long number = 0; number < jobs; number++) {
            var random = new SplittableRandom(number);
            Served served = served(random);
            sum = sum.add(served.price.costOf(usage(random)));
        }
        return sum;
    }
}
