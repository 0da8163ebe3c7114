package dev.millrace.bench.economy;

import dev.millrace.bench.load.BillComparison;
import dev.millrace.bench.load.MeasuredRun;
import dev.millrace.bench.load.ProviderBill;
import dev.millrace.bench.load.Simulators;
import dev.millrace.bench.measurement.Report;
import dev.millrace.bench.measurement.Setup;
import java.io.IOException;
import java.math.RoundingMode;
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

    private static final String PROVIDER =
            "{ latency: 500ms, first_byte: 250ms, prompt_cache: { match: blocks,"
                    + " requests_per_minute: "
                    + CALLS_PER_MINUTE
                    + " } }";

    private static final double PERCENT = 100;
    private static final double MILLIS = Duration.ofSeconds(1).toMillis();
    private static final double MILLIS_PER_MINUTE = Duration.ofMinutes(1).toMillis();

    Report measure() throws IOException, InterruptedException {
        var report = new Report();
        for (int inFlight : IN_FLIGHT) {
            measure(report, "arrival", prefixes.inArrivalOrder(), inFlight);
            measure(report, "sorted", prefixes.sorted(), inFlight);
        }
        return report;
    }

    private void measure(Report report, String order, List<String> lines, int inFlight)
            throws IOException, InterruptedException {
        String name = order + ", " + inFlight + " in flight";
        setup.say("measuring " + name);
        Path file = Files.write(setup.folder().file("questions.jsonl"), lines);
        Path config = setup.folder().file("millrace.yaml");
        try (var simulator =
                Simulators.start(setup.folder(), lines.size(), Map.of("*", PROVIDER), accounts())) {
            URI provider = URI.create(simulator.ready());
            Files.writeString(config, configuration(provider, inFlight));
            MeasuredRun run = MeasuredRun.of(setup.folder(), file, config);
            add(report, order, inFlight, run, ProviderBill.read(provider));
        }
    }

    /** Returns an account for each key, in YAML's flow style. */
    private static Map<String, String> accounts() {
        return KEYS.stream()
                .collect(Collectors.toMap(Function.identity(), key -> "{ keys: [" + key + "] }"));
    }

    private static String configuration(URI provider, int inFlight) {
        return """
        providers:
          openai: { base_url: "%s", keys: %s }
        worker: { max_in_flight: %d }
        """
                .formatted(provider.resolve("/v1"), KEYS, inFlight);
    }

    private void add(
            Report report, String order, int inFlight, MeasuredRun run, ProviderBill bill) {
        long millis = Math.max(1, run.summary().durationMs());
        long best = prefixes.cachedAtBest(millis / MILLIS_PER_MINUTE, CALLS_PER_MINUTE);
        report.table(
                        "shared instructions",
                        "order",
                        "in flight",
                        "cached tokens",
                        "of the best %",
                        "jobs/s",
                        "USD")
                .row(
                        order,
                        inFlight,
                        bill.cachedInputTokens(),
                        PERCENT * bill.cachedInputTokens() / Math.max(1, best),
                        prefixes.questions() * MILLIS / millis,
                        run.summary().costUsd().setScale(4, RoundingMode.HALF_UP).toPlainString());
        BillComparison.checkCost(
                report,
                order + ", " + inFlight + " in flight",
                prefixes.questions(),
                run.summary(),
                bill);
    }
}
