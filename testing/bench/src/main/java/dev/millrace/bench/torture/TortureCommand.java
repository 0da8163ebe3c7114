package dev.millrace.bench.torture;

import static dev.millrace.bench.measurement.MeasurementOptions.require;

import dev.millrace.bench.measurement.MeasurementOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace torture}: harms a whole cluster under load and counts what was lost. */
@Command(
        name = "torture",
        sortOptions = false,
        description = "Harms a whole cluster under load, and counts what was lost or doubled.",
        footer = {
            "",
            "Exit code: 0 when every guarantee was kept, or the planted fault was found; 1 otherwise."
        })
public final class TortureCommand implements Callable<Integer> {
    private static final int MAX_MINUTES = 10_000;
    private static final int MAX_LOAD = 1_000;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "3",
            description = "Length of the load; default: ${DEFAULT-VALUE}.")
    int minutes;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of load and faults; default: a random one, which is printed.")
    long seed = new SplittableRandom().nextLong(1L << 32);

    @Option(
            names = "--faults",
            paramLabel = "KIND",
            arity = "0..*",
            split = ",",
            description =
                    "Kinds of faults, none without a value; default: all: ${COMPLETION-CANDIDATES}.")
    List<FaultKind> faults = List.of(FaultKind.values());

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "20",
            description = "Plain Kafka records per second; default: ${DEFAULT-VALUE}.")
    int rate;

    @Option(
            names = "--callers",
            paramLabel = "N",
            defaultValue = "12",
            description = "Clients that call the gateways; default: ${DEFAULT-VALUE}.")
    int callers;

    @Option(
            names = "--latency",
            paramLabel = "FACTOR",
            defaultValue = "1",
            description = "Factor of the providers' medians of 0.3 to 15 s; default: 1.")
    double latency;

    @Option(
            names = "--record",
            paramLabel = "PAGE",
            description = "Add the result to the tables of this page, such as docs/guarantees.md.")
    @Nullable Path record;

    @Option(
            names = "--plant",
            paramLabel = "NAME",
            description = {
                "Put this fault into the services, and succeed only if the checker finds it:",
                "${COMPLETION-CANDIDATES}."
            })
    @Nullable Plant plant;

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description = "A built checkout that services run until a rolling restart.")
    @Nullable Path from;

    @Mixin private MeasurementOptions options = new MeasurementOptions();

    TortureCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        require("--minutes", minutes, 1, MAX_MINUTES);
        require("--rate", rate, 1, MAX_LOAD);
        require("--callers", callers, 1, MAX_LOAD);
        return options.run(setup -> new Torture(setup, this).run());
    }
}
