package dev.millrace.bench.quota;

import static dev.millrace.bench.measurement.MeasurementOptions.require;

import dev.millrace.bench.measurement.MeasurementOptions;
import dev.millrace.bench.measurement.Report;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace bench quota}: measures the use of a provider's limit. */
@Command(
        name = "quota",
        sortOptions = false,
        description =
                "Measures how fully workers use a provider's limit of requests in any minute, and"
                        + " how often they exceed it.",
        footer = {
            "",
            "Exit code: 0 when no worker ended early, no job was billed twice and every batch was"
                    + " finished, 1 otherwise. Missed targets do not change it."
        })
public final class QuotaBenchCommand implements Callable<Integer> {
    private static final int MAX_SECONDS = 86_400;
    private static final int MAX_PER_MINUTE = 60_000;
    private static final int MAX_BATCH = 1_000_000;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "300",
            description =
                    "Seconds of each measurement except of the batches; default:"
                            + " ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--per-minute",
            paramLabel = "N",
            defaultValue = "3000",
            description = "The provider's limit; default: ${DEFAULT-VALUE}.")
    private int perMinute;

    @Option(
            names = "--batches",
            paramLabel = "N",
            split = ",",
            defaultValue = "200,1000,10000",
            description = "Sizes of batches; default: ${DEFAULT-VALUE}.")
    private List<Integer> batches = List.of();

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description = "Measure only these of workers, search and batches.")
    private @Nullable Set<QuotaPart> parts;

    @Mixin private MeasurementOptions options = new MeasurementOptions();

    QuotaBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        require("--seconds", seconds, 1, MAX_SECONDS);
        require("--per-minute", perMinute, 1, MAX_PER_MINUTE);
        batches.forEach(size -> require("--batches", size, 1, MAX_BATCH));
        Set<QuotaPart> measured = parts == null ? EnumSet.allOf(QuotaPart.class) : parts;
        return options.run(
                setup ->
                        new QuotaBench(
                                        setup,
                                        measured,
                                        perMinute,
                                        Duration.ofSeconds(seconds),
                                        batches,
                                        new Report())
                                .measure());
    }
}
