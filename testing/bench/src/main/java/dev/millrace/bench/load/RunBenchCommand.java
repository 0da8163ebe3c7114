package dev.millrace.bench.load;

import static dev.millrace.bench.measurement.MeasurementOptions.require;

import dev.millrace.bench.measurement.MeasurementOptions;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace bench run}: runs many jobs and compares the output with the bill. */
@Command(
        name = "run",
        sortOptions = false,
        description = {
            "Runs generated jobs, and compares the output with the provider's bill and the run with"
                    + " a bare limit: the same bytes through the same transactions, calls and rows,"
                    + " without Millrace."
        },
        footer = {"", "Exit code: 0 when every guarantee was kept, 1 otherwise."})
public final class RunBenchCommand implements Callable<Integer> {
    /** The in-flight limit of the shipped configuration. */
    private static final String IN_FLIGHT = "2000";

    private static final long MAX_JOBS = 100_000_000;
    private static final int MAX_IN_FLIGHT = 100_000;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Number of jobs; default: ${DEFAULT-VALUE}.")
    private int jobs;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = IN_FLIGHT,
            description = "Concurrent calls; default: ${DEFAULT-VALUE}.")
    private int inFlight;

    @Option(
            names = "--latency",
            paramLabel = "TIME",
            defaultValue = "0ms",
            description = "Latency of the simulated provider; default: ${DEFAULT-VALUE}.")
    private String latency = "0ms";

    @Option(
            names = "--traces",
            paramLabel = "URL",
            description = "Sends the traces of 1 % of the jobs to this OTLP receiver.")
    private @Nullable URI traces;

    @Mixin private MeasurementOptions options = new MeasurementOptions();

    RunBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        require("--jobs", jobs, 1, MAX_JOBS);
        require("--in-flight", inFlight, 1, MAX_IN_FLIGHT);
        return options.run(setup -> new RunBench(setup, jobs, inFlight, latency, traces).measure());
    }
}
