package dev.millrace.bench.worker;

import dev.millrace.bench.contender.Kind;
import dev.millrace.bench.process.FolderChoice;
import dev.millrace.bench.report.Figures;
import dev.millrace.bench.report.Part;
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

/** {@code millrace bench worker}: the worker beside other ways to do the same. */
@Command(
        name = "worker",
        sortOptions = false,
        description = "Compares the worker with other ways to make slow calls from Kafka.",
        footer = {
            "",
            "Exit code: 0 when each run of Millrace gave exactly the results of its jobs, 1"
                    + " otherwise, whatever the figures are."
        })
public final class WorkerBenchCommand implements Callable<Integer> {
    private static final int MOST_JOBS = 50_000_000;
    private static final int MOST_IN_FLIGHT = 100_000;
    private static final int MOST_PARTITIONS = 1_000;

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description = "Measures only these: 0ms, 10ms, 100ms, http, ideal, latency.")
    private List<String> only = List.of();

    @Option(
            names = "--contenders",
            paramLabel = "NAME",
            split = ",",
            description = "Compares only these: plain, virtual, parallel, parallel-tx, millrace.")
    private List<String> contenders = List.of();

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "In each throughput run; default: by work, 100000 to 600000.")
    private @Nullable Integer jobs;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long each of the others may show results; default: 8.")
    private @Nullable Integer seconds;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            split = ",",
            defaultValue = "5000,10000",
            description = "Of Millrace, fewer and more; default: ${DEFAULT-VALUE}.")
    private List<Integer> inFlight = List.of();

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "12",
            description = "Of each topic; default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(
            names = "--quick",
            description = "Shows that it works: little of everything, without 10ms.")
    private boolean quick;

    @Option(
            names = "--profile",
            paramLabel = "FILE.jfr",
            description = "Records each run of Millrace, in FILE-RUN.jfr.")
    private @Nullable Path profile;

    @Mixin private FolderChoice folderChoice = new FolderChoice();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    WorkerBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        BenchPlan plan = plan();
        Terminal terminal = Terminal.system();
        try (var folder = folderChoice.open()) {
            var bench = new WorkerBench(folder, terminal, InstantSource.system(), System::nanoTime);
            Figures figures = bench.measure(plan);
            terminal.out().print(json ? new WorkerJson(figures) + "\n" : new WorkerText(figures));
            terminal.out().flush();
            return figures.isGood() ? ExitCode.OK : ExitCode.FAILURE;
        }
    }

    /** What the options say. */
    BenchPlan plan() {
        require("--jobs", jobs == null ? 1 : jobs, MOST_JOBS);
        require("--seconds", seconds == null ? 1 : seconds, MOST_JOBS);
        require("--partitions", partitions, MOST_PARTITIONS);
        inFlight.forEach(it -> require("--in-flight", it, MOST_IN_FLIGHT));
        return new BenchPlan(parts(), kinds(), inFlight, partitions, sizes(), profile);
    }

    private Sizes sizes() {
        Sizes sizes = quick ? Sizes.QUICK : Sizes.USUAL;
        sizes = jobs == null ? sizes : sizes.withJobs(jobs);
        return seconds == null ? sizes : sizes.withOtherContenders(Duration.ofSeconds(seconds));
    }

    private Set<Part> parts() {
        if (!only.isEmpty()) {
            return only.stream()
                    .map(word -> Part.of(word).orElseThrow(() -> unknown("--only", word)))
                    .collect(Collectors.toSet());
        }
        return quick ? EnumSet.complementOf(EnumSet.of(Part.WORK_10MS)) : EnumSet.allOf(Part.class);
    }

    private List<Kind> kinds() {
        List<Kind> all = Arrays.stream(Kind.values()).filter(it -> it != Kind.HOP).toList();
        List<Kind> named =
                contenders.stream()
                        .map(
                                word ->
                                        Kind.of(word)
                                                .filter(all::contains)
                                                .orElseThrow(() -> unknown("--contenders", word)))
                        .toList();
        return named.isEmpty() ? all : named;
    }

    private static void require(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw UserError.usage(option + " must be 1 to " + most + ", was " + value);
        }
    }

    private static UserError unknown(String option, String word) {
        return UserError.usage(option + ": there is no " + word + "; --help names all");
    }
}
