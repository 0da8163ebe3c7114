package dev.millrace.bench.worker;

import static dev.millrace.bench.measurement.MeasurementOptions.require;

import dev.millrace.bench.contender.Contender;
import dev.millrace.bench.measurement.MeasurementOptions;
import dev.millrace.bench.measurement.Report;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace bench worker}: compares the worker with other Kafka consumers. */
@Command(
        name = "worker",
        sortOptions = false,
        description = "Compares the worker with other Kafka consumers that make slow calls.",
        footer = {
            "",
            "Exit code: 0 when each run of Millrace produced exactly one result for each job, 1"
                    + " otherwise. Missed targets do not change it."
        })
public final class WorkerBenchCommand implements Callable<Integer> {
    private static final int MAX_JOBS = 50_000_000;
    private static final int MAX_IN_FLIGHT = 100_000;
    private static final int MAX_SECONDS = 3_600;

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description = "Run only these measurements: ${COMPLETION-CANDIDATES}.")
    private @Nullable List<Part> only;

    @Option(
            names = "--contenders",
            paramLabel = "NAME",
            split = ",",
            description = "Run only these contenders: ${COMPLETION-CANDIDATES}.")
    private @Nullable List<Contender> contenders;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "200000",
            description = "Jobs in each backlog; default: ${DEFAULT-VALUE}.")
    private int jobs;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "8",
            description =
                    "Seconds after which other contenders than Millrace stop, and of each"
                            + " measurement of latency; default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Millrace's jobs in flight; default: ${DEFAULT-VALUE}.")
    private int inFlight;

    @Mixin private MeasurementOptions options = new MeasurementOptions();

    WorkerBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        require("--jobs", jobs, 1, MAX_JOBS);
        require("--seconds", seconds, 1, MAX_SECONDS);
        require("--in-flight", inFlight, 1, MAX_IN_FLIGHT);
        var plan =
                new WorkerBenchPlan(
                        only == null ? List.of(Part.values()) : only,
                        contenders == null ? List.of(Contender.values()) : contenders,
                        jobs,
                        Duration.ofSeconds(seconds),
                        inFlight);
        return options.run(setup -> new WorkerBench(setup, plan, new Report()).measure());
    }
}
