package dev.millrace.bench.economy;

import dev.millrace.bench.load.BillComparison;
import dev.millrace.bench.load.MeasuredRun;
import dev.millrace.bench.load.ProviderBill;
import dev.millrace.bench.load.Simulators;
import dev.millrace.bench.measurement.Report;
import dev.millrace.bench.measurement.Setup;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Answers questions with shared instructions, and compares what the prompt caches save. */
record PrefixBench(Setup setup, SharedPrefixes prefixes) {
    private static final List<Integer> IN_FLIGHT = List.of(32, 128, 512);
    private static final List<String> KEYS = List.of("sk-a", "sk-b", "sk-c", "sk-d");

    /** Calls a minute with equal instructions that reach one machine, as OpenAI states. */
    private static final int CALLS_PER_MINUTE = 15;

    private static final Duration LATENCY = Duration.ofMillis(500);

    private static final String PROVIDER =
            """
            { latency: %dms, first_byte: %dms, \
            prompt_cache: { match: blocks, requests_per_minute: %d } }"""
                    .formatted(LATENCY.toMillis(), LATENCY.toMillis() / 2, CALLS_PER_MINUTE);

    /** Time of a run beside its calls, for its start and for a busy machine. */
    private static final Duration SPARE = Duration.ofMinutes(1);

    private static final double LEAST_CACHED = 95;
    private static final double LEAST_SPEED = 97;
    private static final double PERCENT = 100;
    private static final double SECOND = Duration.ofSeconds(1).toMillis();

    /**
     * How the questions are asked.
     *
     * @param isSorted questions with equal instructions follow each other
     * @param warms Millrace warms prompts and chooses keys by them
     */
    private record Way(String title, boolean isSorted, boolean warms) {
        private static final Way ARRIVAL = new Way("in order of arrival", false, false);
        private static final Way SORTED = new Way("sorted", true, false);
        private static final Way WARMED = new Way("warm prompts", false, true);
    }

    /** The figures of one run. */
    private record Figures(double cachedPercent, double perSecond) {}

    Report measure() throws IOException, InterruptedException {
        var report = new Report();
        for (int inFlight : IN_FLIGHT) {
            Figures arrival = measure(report, Way.ARRIVAL, inFlight);
            measure(report, Way.SORTED, inFlight);
            Figures warmed = measure(report, Way.WARMED, inFlight);
            String suffix = " (" + inFlight + " in flight)";
            report.atLeast(LEAST_CACHED, "cached, % of the ideal" + suffix, warmed.cachedPercent());
            report.atLeast(
                    LEAST_SPEED,
                    "jobs/s, % of order of arrival" + suffix,
                    PERCENT * warmed.perSecond() / arrival.perSecond());
        }
        return report;
    }

    private Figures measure(Report report, Way way, int inFlight)
            throws IOException, InterruptedException {
        String name = way.title() + ", " + inFlight + " in flight";
        setup.say("measuring " + name);
        Duration time = LATENCY.multipliedBy(prefixes.questions()).dividedBy(inFlight).plus(SPARE);
        Path file =
                Files.write(
                        setup.folder().file("questions.jsonl"),
                        prefixes.lines(way.isSorted(), setup.clock().instant().plus(time)));
        Path config = setup.folder().file("millrace.yaml");
        long jobs = prefixes.questions();
        try (var simulator =
                Simulators.start(setup.folder(), jobs, Map.of("*", PROVIDER), accounts())) {
            URI provider = URI.create(simulator.ready());
            Files.writeString(config, configuration(provider, inFlight, way.warms()));
            MeasuredRun run = MeasuredRun.of(setup.folder(), file, config);
            ProviderBill bill = ProviderBill.read(provider);
            BillComparison.checkCost(report, name, jobs, run.summary(), bill);
            return add(report, way, inFlight, run, bill);
        }
    }

    /** Returns an account for each key, in YAML's flow style. */
    private static Map<String, String> accounts() {
        return KEYS.stream()
                .collect(Collectors.toMap(Function.identity(), key -> "{ keys: [" + key + "] }"));
    }

    private static String configuration(URI provider, int inFlight, boolean warms) {
        return """
        providers:
          openai: { wire: openai, base_url: "%s", keys: %s, prompt_cache: %s }
        worker: { max_in_flight: %d }
        """
                .formatted(provider.resolve("/v1"), KEYS, warms ? "auto" : "none", inFlight);
    }

    private Figures add(Report report, Way way, int inFlight, MeasuredRun run, ProviderBill bill) {
        Duration time =
                Duration.ofMillis(
                        Math.max(1, run.summary().durationMs() - run.summary().firstResultMs()));
        long ideal = Math.max(1, prefixes.cachedAtBest(time.plus(LATENCY), CALLS_PER_MINUTE));
        var figures =
                new Figures(
                        PERCENT * bill.cachedInputTokens() / ideal,
                        prefixes.questions() * SECOND / time.toMillis());
        report.table(
                        "shared instructions",
                        "order",
                        "in flight",
                        "jobs",
                        "on time",
                        "cached tokens",
                        "of the ideal %",
                        "jobs/s",
                        "USD",
                        "bill USD")
                .row(
                        way.title(),
                        inFlight,
                        prefixes.questions(),
                        run.summary().succeeded(),
                        bill.cachedInputTokens(),
                        figures.cachedPercent(),
                        figures.perSecond(),
                        run.summary().costUsd().toPlainString(),
                        bill.costUsd().stripTrailingZeros().toPlainString());
        return figures;
    }
}
