package dev.millrace.bench.economy;

import dev.millrace.bench.load.LoadFiles;
import dev.millrace.bench.load.MeasuredRun;
import dev.millrace.bench.load.ProviderBill;
import dev.millrace.bench.load.RunSummary;
import dev.millrace.bench.load.SimulatorProcess;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the same questions with each strategy, and compares the cost with the provider's bill.
 *
 * @param mix what is asked
 * @param questions number of questions, 1 or more
 */
record EconomyBench(Mix mix, long questions, WorkFolder folder, Terminal terminal) {
    /** Calls at once; what the questions cost does not depend on it. */
    private static final int IN_FLIGHT = 500;

    /** So that repeated questions also come while the first one is answered. */
    private static final String PROVIDER =
            "{ latency: 50ms, answer_tokens: " + Question.ANSWER_TOKENS + " }";

    /** The simulated provider answers each wording differently, so that verification is useless. */
    private static final String UNVERIFIED = "router: { semantic_cache: { verify: 0 } }\n";

    /**
     * Measures all strategies.
     *
     * @throws IOException when a process does not start or a run prints no summary
     */
    EconomyFigures measure() throws IOException, InterruptedException {
        List<EconomyRow> rows = new ArrayList<>();
        for (Strategy strategy : mix.strategies()) {
            terminal.say("measuring " + strategy.title());
            rows.add(measure(strategy));
        }
        return new EconomyFigures(mix, questions, rows);
    }

    private EconomyRow measure(Strategy strategy) throws IOException, InterruptedException {
        Path file = folder.file("questions.jsonl");
        Path config = folder.file("millrace.yaml");
        write(file, strategy);
        try (var simulator = SimulatorProcess.start(folder, questions, PROVIDER)) {
            LoadFiles.writeConfiguration(config, simulator.address(), IN_FLIGHT);
            Files.writeString(config, UNVERIFIED, StandardOpenOption.APPEND);
            MeasuredRun measured = MeasuredRun.of(folder, file, config, List.of());
            RunSummary run = measured.summary();
            ProviderBill bill = ProviderBill.read(simulator.address());
            return new EconomyRow(
                    strategy,
                    run.costUsd(),
                    bill.callsByModel(),
                    mix == Mix.REPEATS
                            ? ReusedAnswers.NONE
                            : ReusedAnswers.read(measured.output(), CustomerQuestion::of),
                    problems(run, bill));
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

    private List<String> problems(RunSummary run, ProviderBill bill) {
        List<String> problems = new ArrayList<>();
        if (run.succeeded() != questions) {
            problems.add(run.succeeded() + " of " + questions + " questions were answered");
        }
        if (run.costUsd().compareTo(bill.costUsd()) != 0) {
            problems.add("the summary has " + run.costUsd() + " USD, the bill " + bill.costUsd());
        }
        if (!bill.isComplete()) {
            problems.add("the bill is incomplete");
        }
        if (bill.billedMoreThanOnce() != 0) {
            problems.add(bill.billedMoreThanOnce() + " jobs were billed more than once");
        }
        return problems;
    }
}
