package dev.millrace.bench.resilience;

import dev.millrace.bench.cluster.OpenLoopSubmitter.Pace;
import dev.millrace.bench.process.WorkFolderOption;
import dev.millrace.bench.resilience.ResiliencePlan.Part;
import dev.millrace.contracts.config.WorkerConfig;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace bench resilience}: measures retry strategies. */
@Command(
        name = "resilience",
        sortOptions = false,
        description =
                "Measures retry strategies of the worker against a simulated provider that fails"
                        + " 5.8 %% of the calls, and jobs while the provider fails all calls.",
        footer = {
            "",
            "Exit code: 0 when each worker produced exactly one result for each job, 1"
                    + " otherwise. Missed targets do not change it."
        })
public final class ResilienceBenchCommand implements Callable<Integer> {
    private static final int SECONDS = 30;
    private static final int QUICK_SECONDS = 2;
    private static final int MAX_SECONDS = 3_600;
    private static final int MAX_RATE = 1_000;
    private static final int JOBS = 10_000;
    private static final int QUICK_JOBS = 1_000;
    private static final int MAX_JOBS = 1_000_000;
    private static final int FAULT_SECONDS = 120;
    private static final int QUICK_FAULT_SECONDS = 5;
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration QUICK_WARM_UP = Duration.ofSeconds(1);
    private static final Duration QUICK_OPEN_FOR = Duration.ofSeconds(1);

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "Seconds of submission for each strategy; default: " + SECONDS + ".")
    private @Nullable Integer seconds;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "100",
            description = "Jobs a second; default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the provider's errors and latencies; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "Jobs of each backlog with a fault; default: " + JOBS + ".")
    private @Nullable Integer jobs;

    @Option(
            names = "--fault-seconds",
            paramLabel = "N",
            description = "Seconds from each fault to its repair; default: " + FAULT_SECONDS + ".")
    private @Nullable Integer faultSeconds;

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description = "Measure only these of retries, outage and faults.")
    private @Nullable Set<Part> parts;

    @Option(
            names = "--quick",
            description =
                    "Check that everything works, with little time and a breaker that opens for"
                            + " one second.")
    private boolean quick;

    @Mixin private WorkFolderOption folderOption = new WorkFolderOption();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    ResilienceBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        ResiliencePlan plan = plan();
        Terminal terminal = Terminal.system();
        try (var folder = folderOption.open()) {
            var bench =
                    new ResilienceBench(folder, terminal, InstantSource.system(), System::nanoTime);
            ResilienceFigures figures = bench.measure(plan, List.of(Strategy.values()));
            terminal.out().print(json ? figures.json() + "\n" : figures.text());
            terminal.out().flush();
            return figures.isGood() ? ExitCode.OK : ExitCode.FAILURE;
        }
    }

    /** Returns the plan that the options describe. */
    ResiliencePlan plan() {
        int time = size(seconds, SECONDS, QUICK_SECONDS);
        require("--seconds", time, MAX_SECONDS);
        require("--rate", rate, MAX_RATE);
        return new ResiliencePlan(
                parts != null ? parts : EnumSet.allOf(Part.class),
                new Pace(rate, quick ? QUICK_WARM_UP : WARM_UP),
                new Pace(rate, Duration.ofSeconds(time)),
                seed,
                faultPlan());
    }

    private FaultPlan faultPlan() {
        int backlog = size(jobs, JOBS, QUICK_JOBS);
        int lasts = size(faultSeconds, FAULT_SECONDS, QUICK_FAULT_SECONDS);
        require("--jobs", backlog, MAX_JOBS);
        require("--fault-seconds", lasts, MAX_SECONDS);
        return new FaultPlan(
                backlog,
                Duration.ofSeconds(lasts),
                quick ? QUICK_OPEN_FOR : WorkerConfig.Breaker.DEFAULT.openFor());
    }

    private int size(@Nullable Integer option, int usual, int small) {
        return option != null ? option : quick ? small : usual;
    }

    private static void require(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw UserError.usage(option + " must be 1 to " + max + ", was " + value);
        }
    }
}
