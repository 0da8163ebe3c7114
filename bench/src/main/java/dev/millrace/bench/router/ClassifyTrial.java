package dev.millrace.bench.router;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.ThreadMXBean;
import dev.millrace.bench.figures.Percentiles;
import dev.millrace.bench.load.ShopWords;
import dev.millrace.contracts.job.Parsed;
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
 * Classifies chat requests one by one, on the calling thread, and asks all that the policy that
 * comes with Millrace may ask; beside it, the parsing of the same requests, which every job needs.
 */
public final class ClassifyTrial {
    /** So many different requests, that no branch is learned by heart. */
    private static final int REQUESTS = 512;

    /** Times through all requests before it counts: the compilers are done then. */
    private static final int WARM_UP_ROUNDS = 60;

    private static final long SEED = 20_261_120;
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final Set<String> CHINESE = Set.of("zh");

    /** None of them asks for reasons, so that the whole text is gone through. */
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
     * @param words of the message of the user in each request
     * @param threads tells what a thread has allocated
     * @param ticker nanoseconds since whenever
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
     * Measures.
     *
     * @param rounds times through all requests that count, 1 or more
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
                new ClassifyCost.Step(Percentiles.of(parse), parseBytes / parse.length),
                new ClassifyCost.Step(Percentiles.of(classify), classifyBytes / parse.length));
    }

    private record Round(
            long[] parseNanos, long[] classifyNanos, long parseBytes, long classifyBytes) {}

    /** All requests once: first parsed, then classified. */
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
        int asked = 0;
        for (int i = 0; i < REQUESTS; i++) {
            long before = ticker.getAsLong();
            asked += ask(classifier.classify(lines[i], NOW));
            classify[i] = ticker.getAsLong() - before;
        }
        long classified = threads.getCurrentThreadAllocatedBytes();
        if (asked == 0) {
            throw new IllegalStateException("no request was complex");
        }
        return new Round(parse, classify, parsed - start, classified - parsed);
    }

    private static RequestLine parse(byte[] record) {
        return switch (RequestParser.parse(record)) {
            case Parsed.Accepted accepted -> accepted.line();
            case Parsed.Unacceptable problem -> throw new IllegalStateException(problem.message());
            case Parsed.Malformed problem -> throw new IllegalStateException(problem.reason());
        };
    }

    /** All conditions of the policy's rules, and what the headers of a job need. */
    private static int ask(Profile profile) {
        boolean isHurried = profile.isLatencySensitive();
        boolean isChinese = profile.languageIsOneOf(CHINESE);
        boolean isComplex = profile.complexity() == Complexity.COMPLEX;
        boolean isLong = profile.quickInputTokens() > 0;
        return !isHurried && !isChinese && isComplex && isLong ? 1 : 0;
    }
}
