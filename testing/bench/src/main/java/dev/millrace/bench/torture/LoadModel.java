package dev.millrace.bench.torture;

import static java.util.stream.Collectors.joining;

import dev.millrace.contracts.money.Price;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The models of the load, as real providers answer: with a log-normal latency, and 3 % refused.
 *
 * @param provider its provider, which speaks one of the two APIs, and has no shipped models, whose
 *     topics would make work
 * @param medianMillis median latency at scale 1
 * @param weight how often it is drawn
 */
record LoadModel(String name, String provider, int medianMillis, int weight) {
    /** The model of all embeddings. */
    static final String EMBEDDING = "vector";

    private static final String CHAT = "chat";

    /** The model whose workers share a limit. */
    static final String LIMITED = "other";

    static final int CALLS_PER_MINUTE = 540;

    static final List<LoadModel> ALL =
            List.of(
                    new LoadModel("quick", CHAT, 300, 6),
                    new LoadModel("usual", CHAT, 2_000, 3),
                    new LoadModel("slow", CHAT, 15_000, 1),
                    new LoadModel(LIMITED, "messages", 1_000, 2),
                    // The policy ramps it, until its latency rolls it back.
                    new LoadModel("trial", CHAT, 3_000, 0),
                    new LoadModel(EMBEDDING, CHAT, 300, 0));

    /** The price of all models, as the configuration has it. */
    static final Price PRICE = Price.of("1", "2");

    private static final List<String> DRAWN =
            ALL.stream().flatMap(it -> Collections.nCopies(it.weight, it.name).stream()).toList();
    private static final List<String> PRIORITIES = List.of("critical", "high", "normal", "low");
    private static final int P99_FACTOR = 4;
    private static final int FIRST_BYTE_DIVISOR = 5;

    /** Draws the name of a model, or the alias of the policy's models. */
    static String draw(RandomGenerator random) {
        return random.nextInt(8) == 0 ? "auto" : DRAWN.get(random.nextInt(DRAWN.size()));
    }

    static String priority(RandomGenerator random) {
        return PRIORITIES.get(random.nextInt(PRIORITIES.size()));
    }

    /** Returns the section {@code models} of a configuration; all tokens have a price. */
    static String configuration() {
        return "models:\n" + ALL.stream().map(LoadModel::configured).collect(joining());
    }

    /**
     * Returns the settings of the simulator.
     *
     * @param scale factor of all latencies
     */
    static String simulator(long seed, double scale) {
        return "seed: %d\nledger_entries: 5000000\nmodels:\n".formatted(seed)
                + ALL.stream().map(it -> it.simulated(scale)).collect(joining());
    }

    private String configured() {
        String more =
                switch (name) {
                    case EMBEDDING -> ", urls: [/v1/embeddings]";
                    case LIMITED ->
                            ", limits: { requests_per_minute: %d }".formatted(CALLS_PER_MINUTE);
                    default -> "";
                };
        return "  %s: { provider: %s%s, price: { input: 1, output: 2 } }\n"
                .formatted(name, provider, more);
    }

    private String simulated(double scale) {
        long median = Math.max(2 * FIRST_BYTE_DIVISOR, Math.round(medianMillis * scale));
        return """
          %s:
            latency: %s
            first_byte: %s
            failures: { rate_limited: 0.01, overloaded: 0.01, server_error: 0.01 }
        """
                .formatted(name, lognormal(median), lognormal(median / FIRST_BYTE_DIVISOR));
    }

    private static String lognormal(long median) {
        return "{ p50: %dms, p99: %dms }".formatted(median, P99_FACTOR * median);
    }
}
