package dev.millrace.bench.scale;

import dev.millrace.bench.process.WorkFolderOption;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace bench scale}: measures workers that join and leave. */
@Command(
        name = "scale",
        sortOptions = false,
        description =
                "Measures how evenly partitions progress and how well workers that join use their"
                        + " slots.",
        footer = {
            "",
            "Exit code: 0 when each backlog produced exactly one result for each job, 1 otherwise."
                    + " Missed targets do not change it."
        })
public final class ScaleBenchCommand implements Callable<Integer> {
    private static final int MAX_JOBS = 50_000_000;
    private static final int MAX_SLOTS = 100_000;
    private static final int MAX_PARTITIONS = 1_000;
    private static final int JOBS = 40_000;
    private static final int QUICK_JOBS = 6_000;
    private static final Duration CALL = Duration.ofSeconds(1);

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "Jobs in each backlog, half in each lane; default: " + JOBS + ".")
    private @Nullable Integer jobs;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "300",
            description = "Concurrent calls of each worker; default: ${DEFAULT-VALUE}.")
    private int slots;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "12",
            description = "Partitions of each topic; default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(
            names = "--quick",
            description = "Check that everything works, with " + QUICK_JOBS + " jobs.")
    private boolean quick;

    @Mixin private WorkFolderOption folderOption = new WorkFolderOption();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    ScaleBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        ScalePlan plan = plan();
        Terminal terminal = Terminal.system();
        try (var folder = folderOption.open()) {
            var bench = new ScaleBench(folder, terminal, InstantSource.system(), System::nanoTime);
            ScaleFigures figures =
                    bench.measure(
                            plan,
                            List.of(
                                    ScaleScenario.ALONE,
                                    ScaleScenario.JOINING,
                                    ScaleScenario.LEAVING));
            terminal.out().print(json ? figures.json() + "\n" : figures.text());
            terminal.out().flush();
            return figures.isGood() ? ExitCode.OK : ExitCode.FAILURE;
        }
    }

    /** Returns the plan that the options describe. */
    ScalePlan plan() {
        int count = jobs != null ? jobs : quick ? QUICK_JOBS : JOBS;
        require("--jobs", count, MAX_JOBS);
        require("--in-flight", slots, MAX_SLOTS);
        require("--partitions", partitions, MAX_PARTITIONS);
        return new ScalePlan(count, partitions, slots, CALL);
    }

    private static void require(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw UserError.usage(option + " must be 1 to " + max + ", was " + value);
        }
    }
}
