package dev.millrace.bench.resilience;

import dev.millrace.bench.cluster.OpenLoopSubmitter.Pace;
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

/** {@code millrace bench resilience}: measures retry strategies. */
@Command(
        name = "resilience",
        sortOptions = false,
        description =
                "Measures retry strategies of the worker against a simulated provider that fails"
                        + " 5.8 % of the calls.",
        footer = {
            "",
            "Exit code: 0 when each strategy produced exactly one result for each job, 1"
                    + " otherwise. Missed targets do not change it."
        })
public final class ResilienceBenchCommand implements Callable<Integer> {
    private static final int SECONDS = 30;
    private static final int QUICK_SECONDS = 3;
    private static final int MAX_SECONDS = 3_600;
    private static final int MAX_RATE = 1_000;
    private static final Duration WARM_UP = Duration.ofSeconds(3);

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
            names = "--quick",
            description = "Check that everything works, with " + QUICK_SECONDS + " seconds.")
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
        int time = seconds != null ? seconds : quick ? QUICK_SECONDS : SECONDS;
        require("--seconds", time, MAX_SECONDS);
        require("--rate", rate, MAX_RATE);
        return new ResiliencePlan(
                new Pace(rate, WARM_UP), new Pace(rate, Duration.ofSeconds(time)), seed);
    }

    private static void require(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw UserError.usage(option + " must be 1 to " + max + ", was " + value);
        }
    }
}
