package dev.millrace.bench.quota;

import dev.millrace.bench.process.WorkFolderOption;
import dev.millrace.bench.quota.QuotaPlan.Part;
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
    private static final int SECONDS = 300;
    private static final int QUICK_SECONDS = 10;
    private static final int MAX_SECONDS = 86_400;
    private static final int MAX_PER_MINUTE = 60_000;
    private static final int MAX_BATCH = 1_000_000;
    private static final List<Integer> BATCHES = List.of(200, 1_000, 10_000);
    private static final List<Integer> QUICK_BATCHES = List.of(200);

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description =
                    "Seconds of each measurement except of the batches; default: " + SECONDS + ".")
    private @Nullable Integer seconds;

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
            description = "Sizes of batches; default: 200,1000,10000.")
    private @Nullable List<Integer> batches;

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description = "Measure only these of workers, search, batches and models.")
    private @Nullable Set<Part> parts;

    @Option(
            names = "--quick",
            description = "Check that everything works, with " + QUICK_SECONDS + " seconds.")
    private boolean quick;

    @Mixin private WorkFolderOption folderOption = new WorkFolderOption();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    QuotaBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        QuotaPlan plan = plan();
        Terminal terminal = Terminal.system();
        try (var folder = folderOption.open()) {
            var bench =
                    new QuotaBench(
                            plan, folder, terminal, InstantSource.system(), System::nanoTime);
            QuotaFigures figures = bench.measure();
            terminal.out().print(json ? figures.json() + "\n" : figures.text());
            terminal.out().flush();
            return figures.isGood() ? ExitCode.OK : ExitCode.FAILURE;
        }
    }

    /** Returns the plan that the options describe. */
    QuotaPlan plan() {
        int time = seconds != null ? seconds : quick ? QUICK_SECONDS : SECONDS;
        List<Integer> sizes = batches != null ? batches : quick ? QUICK_BATCHES : BATCHES;
        require("--seconds", time, MAX_SECONDS);
        require("--per-minute", perMinute, MAX_PER_MINUTE);
        sizes.forEach(size -> require("--batches", size, MAX_BATCH));
        return new QuotaPlan(
                perMinute,
                Duration.ofSeconds(time),
                sizes,
                parts != null ? parts : EnumSet.allOf(Part.class));
    }

    private static void require(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw UserError.usage(option + " must be 1 to " + max + ", was " + value);
        }
    }
}
