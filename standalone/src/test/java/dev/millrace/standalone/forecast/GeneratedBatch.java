package dev.millrace.standalone.forecast;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/**
 * Jobs of one model at 1 USD per million input tokens and 4 USD per million output tokens. The
 * error of their estimates differs between their templates.
 */
final class GeneratedBatch {
    private static final double INPUT_USD = 1e-6;
    private static final double OUTPUT_USD = 4e-6;
    private static final RequestLine REQUEST = request();

    private final RandomGenerator random;
    private final List<Job> jobs = new ArrayList<>();
    private final Map<JobId, JobGuess> guesses = new HashMap<>();
    private final RunForecast forecast =
            new RunForecast((id, _, _) -> Optional.ofNullable(guesses.get(id)), _ -> Limits.NONE);
    private BigDecimal paidUsd = BigDecimal.ZERO;

    /** A job and the tokens that it will have used. */
    record Job(JobId id, int template, JobGuess guess, TokenUsage usage) {
        BigDecimal usd() {
            return BigDecimal.valueOf(
                    usage.inputTokens() * INPUT_USD + usage.outputTokens() * OUTPUT_USD);
        }
    }

    /** The order of the lines in a file. */
    enum Order {
        RANDOM,
        SHORTEST_FIRST,
        LONGEST_FIRST
    }

    GeneratedBatch(RandomGenerator random) {
        this.random = random;
    }

    private static RequestLine request() {
        byte[] line =
                "{\"custom_id\":\"a\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\"}}"
                        .getBytes(UTF_8);
        return ParsedLine.of(new BatchLine(1, line, line.length)).parsed()
                        instanceof ParseResult.Accepted(RequestLine request)
                ? request
                : Objects.requireNonNull(null);
    }

    /**
     * Adds jobs of templates whose answers are 0.2 to 4 times as long as estimated.
     *
     * @param isProportional true if answers are as long as prompts, as in a translation, which the
     *     estimate knows
     */
    void add(int count, int templates, boolean isProportional) {
        add(count, templates, isProportional, 0.2);
    }

    /**
     * @param spread standard deviation of the logarithm of an answer's length, beside what its
     *     template and its prompt decide
     */
    void add(int count, int templates, boolean isProportional, double spread) {
        double[] inputError = new double[templates];
        double[] outputError = new double[templates];
        for (int i = 0; i < templates; i++) {
            inputError[i] = random.nextDouble(0.7, 1.4);
            outputError[i] = Math.pow(2, random.nextDouble(-2.3, 2));
        }
        for (int i = 0; i < count; i++) {
            int template = random.nextInt(templates);
            long input = Math.round(200 * Math.exp(0.7 * random.nextGaussian()));
            long output = isProportional ? Math.max(1, input) : 150;
            double noise = Math.exp(spread * random.nextGaussian());
            var usage =
                    TokenUsage.of(
                            Math.round(input * inputError[template]),
                            Math.round(output * outputError[template] * noise));
            add(template, input, output, usage);
        }
    }

    private void add(int template, long input, long output, TokenUsage usage) {
        JobId id = JobId.of("t", "b", "job-" + jobs.size());
        var guess =
                new JobGuess(
                        "m",
                        JobKind.of(template, input, Long.MAX_VALUE),
                        input * INPUT_USD,
                        output * OUTPUT_USD,
                        output,
                        OutputBound.NONE);
        guesses.put(id, guess);
        jobs.add(new Job(id, template, guess, usage));
    }

    /** Plans all jobs in an order of lines. */
    void plan(Order order) {
        Comparator<Job> bySize = Comparator.comparingDouble(it -> it.guess().inputUsd());
        switch (order) {
            case RANDOM -> {}
            case SHORTEST_FIRST -> jobs.sort(bySize);
            case LONGEST_FIRST -> jobs.sort(bySize.reversed());
        }
        jobs.forEach(it -> forecast.onPlanned(it.id(), "t", REQUEST));
    }

    /** Ends a number of concurrently running jobs. The duration of a call grows with its answer. */
    void run(int ended, int atOnce) {
        record Call(double end, Job job) {}
        var running = new PriorityQueue<Call>(Comparator.comparingDouble(Call::end));
        double now = 0;
        int next = 0;
        for (int i = 0; i < ended; i++) {
            while (running.size() < atOnce && next < jobs.size()) {
                Job job = jobs.get(next++);
                running.add(new Call(now + 20 + job.usage().outputTokens(), job));
            }
            Call first = Objects.requireNonNull(running.poll());
            now = first.end();
            end(first.job());
        }
    }

    private void end(Job job) {
        paidUsd = paidUsd.add(job.usd());
        forecast.onCost(job.id(), job.usage(), job.usd(), true);
    }

    /** Returns the expected cost of all jobs, in US dollars. */
    double expectedUsd() {
        BigDecimal rest = Objects.requireNonNull(forecast.restUsd(0));
        return paidUsd.add(rest).doubleValue();
    }

    /** Returns what all jobs will have cost, in US dollars. */
    double totalUsd() {
        return jobs.stream().mapToDouble(it -> it.usd().doubleValue()).sum();
    }
}
