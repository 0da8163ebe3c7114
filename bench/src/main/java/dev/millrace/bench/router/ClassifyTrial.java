package dev.millrace.bench.router;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.ThreadMXBean;
import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.load.ShopWords;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.policy.Complexity;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.classify.Profile;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures parsing and classifying of chat requests, one at a time on the calling thread.
 * Classifying evaluates everything that the shipped policy may ask for.
 */
public final class ClassifyTrial {
    /** Enough different requests to defeat branch prediction. */
    private static final int REQUESTS = 512;

    /** Rounds through all requests before measuring, after which the JIT is done. */
    private static final int WARM_UP_ROUNDS = 60;

    private static final long SEED = 20_261_120;
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final Set<String> CHINESE = Set.of("zh");

    /**
     * Words that do not signal a request for reasoning, so that the classifier scans the whole
     * text.
     */
    private static final List<String> WORDS =
            ShopWords.and(
                    "didn't",
                    "well-known",
                    "it's",
                    "42",
                    "naïve",
                    "two,",
                    "three.",
                    "(four)",
                    "five!\n");

    private final Classifier classifier;
    private final ThreadMXBean threads;
    private final LongSupplier ticker;
    private final List<byte[]> records;

    /**
     * @param words words in each request's user message
     * @param threads reports the allocation of a thread
     * @param ticker monotonic nanoseconds
     */
    public ClassifyTrial(
            Classifier classifier, int words, ThreadMXBean threads, LongSupplier ticker) {
        this.classifier = classifier;
        this.threads = threads;
        this.ticker = ticker;
        var random = new SplittableRandom(SEED);
        records = IntStream.range(0, REQUESTS).mapToObj(_ -> record(words, random)).toList();
    }

    private static byte[] record(int words, SplittableRandom random) {
        String text =
                IntStream.range(0, words)
                        .mapToObj(_ -> WORDS.get(random.nextInt(WORDS.size())))
                        .collect(Collectors.joining(" "))
                        .replace("\n", "\\n");
        return """
        {"custom_id":"ticket-%d","method":"POST","url":"/v1/chat/completions","body":{"model":"auto",\
        "messages":[{"role":"system","content":"You answer the customers of a shop."},\
        {"role":"user","content":"%s"}],"max_tokens":300},"millrace":{"tenant":"acme"}}"""
                .formatted(random.nextInt(1_000_000), text)
                .getBytes(UTF_8);
    }

    /**
     * Runs the measurement.
     *
     * @param rounds measured rounds through all requests, 1 or more
     */
    public ClassifyCost run(int rounds) {
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            round();
        }
        var parse = new long[rounds * REQUESTS];
        var classify = new long[parse.length];
        long parseBytes = 0;
        long classifyBytes = 0;
        for (int i = 0; i < rounds; i++) {
            Round round = round();
            System.arraycopy(round.parseNanos(), 0, parse, i * REQUESTS, REQUESTS);
            System.arraycopy(round.classifyNanos(), 0, classify, i * REQUESTS, REQUESTS);
            parseBytes += round.parseBytes();
            classifyBytes += round.classifyBytes();
        }
        return new ClassifyCost(
                new ClassifyCost.Step(LatencyPercentiles.of(parse), parseBytes / parse.length),
                new ClassifyCost.Step(
                        LatencyPercentiles.of(classify), classifyBytes / parse.length));
    }

    private record Round(
            long[] parseNanos, long[] classifyNanos, long parseBytes, long classifyBytes) {}

    /** Parses all requests once, then classifies them. */
    private Round round() {
        var parse = new long[REQUESTS];
        var classify = new long[REQUESTS];
        var lines = new RequestLine[REQUESTS];
        long start = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < REQUESTS; i++) {
            long before = ticker.getAsLong();
            lines[i] = parse(records.get(i));
            parse[i] = ticker.getAsLong() - before;
        }
        long parsed = threads.getCurrentThreadAllocatedBytes();
        int matches = 0;
        for (int i = 0; i < REQUESTS; i++) {
            long before = ticker.getAsLong();
            matches += evaluate(classifier.classify(lines[i], NOW));
            classify[i] = ticker.getAsLong() - before;
        }
        long classified = threads.getCurrentThreadAllocatedBytes();
        if (matches == 0) {
            throw new IllegalStateException("no request was complex");
        }
        return new Round(parse, classify, parsed - start, classified - parsed);
    }

    private static RequestLine parse(byte[] record) {
        return switch (RequestParser.parse(record)) {
            case ParseResult.Accepted accepted -> accepted.line();
            case ParseResult.Unacceptable problem ->
                    throw new IllegalStateException(problem.message());
            case ParseResult.Malformed problem -> throw new IllegalStateException(problem.reason());
        };
    }

    /** Evaluates all conditions of the policy's rules and the values that job headers need. */
    private static int evaluate(Profile profile) {
        boolean isUrgent = profile.isLatencySensitive();
        boolean isChinese = profile.languageIsOneOf(CHINESE);
        boolean isComplex = profile.complexity() == Complexity.COMPLEX;
        boolean isLong = profile.quickInputTokens() > 0;
        return !isUrgent && !isChinese && isComplex && isLong ? 1 : 0;
    }
}
