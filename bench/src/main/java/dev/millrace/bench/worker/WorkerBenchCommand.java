package dev.millrace.bench.worker;

import dev.millrace.bench.contender.Contender;
import dev.millrace.bench.process.WorkFolderOption;
import dev.millrace.bench.report.Measurement;
import dev.millrace.bench.report.WorkerFigures;
import dev.millrace.bench.report.WorkerJson;
import dev.millrace.bench.report.WorkerText;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
    private static final int MAX_PARTITIONS = 1_000;

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description =
                    "Run only these measurements: 0ms, 10ms, 100ms, http, ideal, latency, limits.")
    private List<String> only = List.of();

    @Option(
            names = "--contenders",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Run only these contenders: plain, virtual, parallel, parallel-tx, millrace.")
    private List<String> contenders = List.of();

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "Jobs in each throughput run; default: 100000 to 600000, by work.")
    private @Nullable Integer jobs;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "Time limit of each contender except Millrace, in seconds; default: 8.")
    private @Nullable Integer seconds;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            split = ",",
            defaultValue = "5000,10000",
            description = "Millrace's jobs in flight; default: ${DEFAULT-VALUE}.")
    private List<Integer> inFlight = List.of();

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "12",
            description = "Partitions of each topic; default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(
            names = "--quick",
            description = "Check that everything works: a small run without 10ms.")
    private boolean quick;

    @Option(
            names = "--profile",
            paramLabel = "FILE.jfr",
            description = "Record a flight recording of each run of Millrace, in FILE-RUN.jfr.")
    private @Nullable Path profile;

    @Mixin private WorkFolderOption folderOption = new WorkFolderOption();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    WorkerBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        WorkerBenchPlan plan = plan();
        Terminal terminal = Terminal.system();
        try (var folder = folderOption.open()) {
            var bench = new WorkerBench(folder, terminal, InstantSource.system(), System::nanoTime);
            WorkerFigures figures = bench.measure(plan);
            terminal.out().print(json ? new WorkerJson(figures) + "\n" : new WorkerText(figures));
            terminal.out().flush();
            return figures.isGood() ? ExitCode.OK : ExitCode.FAILURE;
        }
    }

    /** Returns the plan that the options describe. */
    WorkerBenchPlan plan() {
        require("--jobs", jobs == null ? 1 : jobs, MAX_JOBS);
        require("--seconds", seconds == null ? 1 : seconds, MAX_JOBS);
        require("--partitions", partitions, MAX_PARTITIONS);
        inFlight.forEach(it -> require("--in-flight", it, MAX_IN_FLIGHT));
        return new WorkerBenchPlan(
                measurements(), contenders(), inFlight, partitions, sizes(), profile);
    }

    private WorkerBenchSizes sizes() {
        WorkerBenchSizes sizes = quick ? WorkerBenchSizes.QUICK : WorkerBenchSizes.DEFAULT;
        sizes = jobs == null ? sizes : sizes.withJobs(jobs);
        return seconds == null ? sizes : sizes.withOtherTimeLimit(Duration.ofSeconds(seconds));
    }

    private Set<Measurement> measurements() {
        if (!only.isEmpty()) {
            return only.stream()
                    .map(key -> Measurement.of(key).orElseThrow(() -> unknown("--only", key)))
                    .collect(Collectors.toSet());
        }
        return quick
                ? EnumSet.complementOf(EnumSet.of(Measurement.WORK_10MS))
                : EnumSet.allOf(Measurement.class);
    }

    private List<Contender> contenders() {
        List<Contender> all =
                Arrays.stream(Contender.values()).filter(it -> it != Contender.HOP).toList();
        List<Contender> named =
                contenders.stream()
                        .map(
                                key ->
                                        Contender.of(key)
                                                .filter(all::contains)
                                                .orElseThrow(() -> unknown("--contenders", key)))
                        .toList();
        return named.isEmpty() ? all : named;
    }

    private static void require(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw UserError.usage(option + " must be 1 to " + max + ", was " + value);
        }
    }

    private static UserError unknown(String option, String key) {
        return UserError.usage(option + ": unknown value " + key + "; see --help");
    }
}
