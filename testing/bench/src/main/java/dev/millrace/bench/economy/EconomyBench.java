package dev.millrace.bench.economy;

import dev.millrace.bench.load.BillComparison;
import dev.millrace.bench.load.LoadFiles;
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
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Asks the same questions with each strategy, and compares the cost with the provider's bill.
 *
 * @param mix what is asked
 * @param questions number of questions, 1 or more
 */
record EconomyBench(Setup setup, QuestionMix mix, int questions) {
    /** Calls at once; what the questions cost does not depend on it. */
    private static final int IN_FLIGHT = 500;

    /** So that repeated questions also come while the first one is answered. */
    private static final String PROVIDER =
            "{ latency: 50ms, answer_tokens: " + Question.ANSWER_TOKENS + " }";

    /** The simulated provider answers each wording differently, so that verification is useless. */
    private static final String UNVERIFIED = "router: { semantic_cache: { verify: 0 } }\n";

    /** Questions of the day that is published. */
    private static final double QUESTIONS_A_DAY = 500_000;

    /** Saved part of {@link QuestionMix#REPEATS} that is published, in percent. */
    private static final double PUBLISHED = 85;

    private static final double PERCENT = 100;

    /** What one strategy costs. */
    private record Cost(MeasuredRun run, ProviderBill bill) {
        private double usd() {
            return run.summary().costUsd().doubleValue();
        }
    }

    Report measure() throws IOException, InterruptedException {
        var report = new Report();
        double first = 0;
        for (Strategy strategy : mix.strategies()) {
            setup.say("measuring " + strategy.title());
            Cost cost = measure(strategy);
            first = first == 0 ? cost.usd() : first;
            double saved = first == 0 ? 0 : PERCENT * (1 - cost.usd() / first);
            add(report, strategy, cost, saved);
            if (mix == QuestionMix.REPEATS && strategy == mix.strategies().getLast()) {
                report.atLeast(PUBLISHED, "saved %", saved);
            }
        }
        return report;
    }

    private Cost measure(Strategy strategy) throws IOException, InterruptedException {
        Path file = setup.folder().file("questions.jsonl");
        Path config = setup.folder().file("millrace.yaml");
        write(file, strategy);
        try (var simulator = Simulators.start(setup.folder(), questions, Map.of("*", PROVIDER))) {
            URI provider = URI.create(simulator.ready());
            LoadFiles.writeConfiguration(config, provider, IN_FLIGHT);
            Files.writeString(config, UNVERIFIED, StandardOpenOption.APPEND);
            MeasuredRun run = MeasuredRun.of(setup.folder(), file, config);
            return new Cost(run, ProviderBill.read(provider));
        }
    }

    private void write(Path file, Strategy strategy) throws IOException {
        try (var out = Files.newBufferedWriter(file)) {
            for (long i = 0; i < questions; i++) {
                out.write(Question.line(i, mix.text(i), strategy));
                out.write('\n');
            }
        }
    }

    private void add(Report report, Strategy strategy, Cost cost, double saved) throws IOException {
        Map<String, Long> calls = cost.bill().callsByModel();
        report.table("cost", "strategy", "calls", "USD", "USD a day", "saved %")
                .row(
                        strategy.title(),
                        calls.values().stream().mapToLong(Long::longValue).sum(),
                        cost.run()
                                .summary()
                                .costUsd()
                                .setScale(4, RoundingMode.HALF_UP)
                                .toPlainString(),
                        cost.usd() * QUESTIONS_A_DAY / questions,
                        saved);
        calls.forEach(
                (model, count) ->
                        report.table("calls", "strategy", "model", "calls")
                                .row(strategy.title(), model, count));
        if (mix == QuestionMix.PARAPHRASES) {
            ReusedAnswers.read(cost.run().output(), CustomerQuestion::of)
                    .add(report, strategy.title());
        }
        BillComparison.checkCost(
                report, strategy.title(), questions, cost.run().summary(), cost.bill());
    }
}
