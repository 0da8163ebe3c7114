package dev.millrace.bench.router;

import static dev.millrace.bench.measurement.MeasurementOptions.require;

import dev.millrace.bench.measurement.MeasurementOptions;
import dev.millrace.bench.measurement.Report;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace bench router}: compares the router with a bare pass-through. */
@Command(
        name = "router",
        sortOptions = false,
        description = "Compares the router with a bare Kafka Streams pass-through.",
        footer = {
            "",
            "Exit code: 0 when each run forwarded each request exactly once, 1 otherwise. Missed"
                    + " targets do not change it."
        })
public final class RouterBenchCommand implements Callable<Integer> {
    private static final int MAX_JOBS = 50_000_000;
    private static final int MAX_ROUNDS = 100;
    private static final int MAX_SECONDS = 3_600;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "600000",
            description = "Requests in each backlog; default: ${DEFAULT-VALUE}.")
    private int jobs;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Backlogs of each contender, in turn; default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "30",
            description =
                    "Duration of each measurement of latency, after as long to warm up; default:"
                            + " ${DEFAULT-VALUE}.")
    private int seconds;

    @Mixin private MeasurementOptions options = new MeasurementOptions();

    RouterBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        require("--jobs", jobs, 1, MAX_JOBS);
        require("--rounds", rounds, 1, MAX_ROUNDS);
        require("--seconds", seconds, 1, MAX_SECONDS);
        return options.run(
                setup ->
                        new RouterBench(
                                        setup,
                                        jobs,
                                        rounds,
                                        Duration.ofSeconds(seconds),
                                        new Report())
                                .measure());
    }
}
