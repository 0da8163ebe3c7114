package dev.millrace.bench.economy;

import static dev.millrace.bench.measurement.MeasurementOptions.require;

import dev.millrace.bench.measurement.MeasurementOptions;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace bench economy}: compares the cost of several ways to answer customers. */
@Command(
        name = "economy",
        sortOptions = false,
        description = "Measures what routing, caches and waits save on a day of customer service.",
        footer = {
            "",
            "Exit code: 0 when all questions are answered and each cost equals the bill, 1"
                    + " otherwise."
        })
public final class EconomyBenchCommand implements Callable<Integer> {
    private static final int MAX_QUESTIONS = 10_000_000;

    @Option(
            names = "--questions",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Number of questions; default: ${DEFAULT-VALUE}.")
    private int questions;

    @Option(
            names = "--mix",
            paramLabel = "MIX",
            defaultValue = "repeats",
            description = {
                "What the customers ask: repeats (questions of all lengths, many of them again word"
                        + " for word), paraphrases (short questions, many of them again in other"
                        + " words), prefixes (questions after long instructions that many of them"
                        + " share) or deadlines (a simulated day of jobs, some of which can wait);"
                        + " default: ${DEFAULT-VALUE}."
            })
    private Mix mix = Mix.REPEATS;

    @Mixin private MeasurementOptions options = new MeasurementOptions();

    EconomyBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        require("--questions", questions, 1, MAX_QUESTIONS);
        return options.run(setup -> mix.measure(setup, questions));
    }
}
