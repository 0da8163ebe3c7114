package dev.millrace.bench.gateway;

import static dev.millrace.bench.measurement.MeasurementOptions.require;

import dev.millrace.bench.measurement.MeasurementOptions;
import dev.millrace.bench.measurement.Report;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace bench gateway}: compares answers of the gateway with direct calls. */
@Command(
        name = "gateway",
        sortOptions = false,
        description =
                "Compares answers of the gateway with direct calls: latency, time to the first"
                        + " token, and answers per second.",
        footer = {
            "",
            "Exit code: 0 when every call was answered, 1 otherwise. Missed targets do not change"
                    + " it."
        })
public final class GatewayBenchCommand implements Callable<Integer> {
    private static final int MAX_CONCURRENCY = 5_000;
    private static final int MAX_SECONDS = 3_600;
    private static final int MAX_BATCH_JOBS = 10_000_000;

    @Option(
            names = "--concurrency",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,32,256",
            description = "Concurrent calls, one or several numbers; default: ${DEFAULT-VALUE}.")
    private List<Integer> concurrency = List.of();

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description =
                    "Duration of each measurement in seconds, after half this time to warm up;"
                            + " default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--batch-jobs",
            paramLabel = "N",
            defaultValue = "100000",
            description =
                    "Jobs of the batch beside which answers are measured again; default:"
                            + " ${DEFAULT-VALUE}.")
    private int batchJobs;

    @Option(
            names = "--portkey",
            paramLabel = "URL",
            description =
                    "Base URL of a running Portkey gateway to measure, too, such as"
                            + " http://127.0.0.1:8787/v1.")
    private @Nullable URI portkey;

    @Mixin private MeasurementOptions options = new MeasurementOptions();

    GatewayBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        concurrency.forEach(it -> require("--concurrency", it, 1, MAX_CONCURRENCY));
        require("--seconds", seconds, 1, MAX_SECONDS);
        require("--batch-jobs", batchJobs, 1, MAX_BATCH_JOBS);
        return options.run(
                setup ->
                        new GatewayBench(
                                        setup,
                                        concurrency,
                                        Duration.ofSeconds(seconds),
                                        batchJobs,
                                        portkey,
                                        new Report())
                                .measure());
    }
}
