package dev.millrace.bench.sink;

import dev.millrace.bench.database.DatabaseKind;
import dev.millrace.bench.process.WorkFolderOption;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace bench sink}: compares the sink with bare upserts of the same rows. */
@Command(
        name = "sink",
        sortOptions = false,
        description =
                "Measures how fast the sink stores results and cost events, beside bare batched"
                        + " upserts of the same rows.",
        footer = {
            "",
            "Exit code: 0 when each row was stored once and the costs are exact, 1 otherwise."
                    + " Missed targets do not change it."
        })
public final class SinkBenchCommand implements Callable<Integer> {
    private static final int JOBS = 100_000;
    private static final int QUICK_JOBS = 5_000;
    private static final int MIN_JOBS = 2_500;
    private static final int MAX_JOBS = 10_000_000;
    private static final int MIN_RESULT_BYTES = 1_000;
    private static final int MAX_RESULT_BYTES = 1_000_000;
    private static final int MAX_ROUNDS = 100;
    private static final int ROUNDS = 3;
    private static final List<Integer> RESULT_SIZES = List.of(1_024, 16_384);

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description =
                    "Jobs in each backlog, with a result and a cost event each; default: "
                            + JOBS
                            + ".")
    private @Nullable Integer jobs;

    @Option(
            names = "--result-bytes",
            split = ",",
            paramLabel = "N",
            description = "Sizes of a result, one or several numbers; default: 1024,16384.")
    private @Nullable List<Integer> resultSizes;

    @Option(
            names = "--databases",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Measure only these of sqlite and postgresql. PostgreSQL needs initdb and pg_ctl"
                            + " on this machine.")
    private @Nullable List<DatabaseKind> databases;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Rounds in which sink and upserts take turns; default: " + ROUNDS + ".")
    private @Nullable Integer rounds;

    @Option(names = "--quick", description = "Check that everything works: a small run.")
    private boolean quick;

    @Mixin private WorkFolderOption folderOption = new WorkFolderOption();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    SinkBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        SinkPlan plan = plan();
        Terminal terminal = Terminal.system();
        try (var folder = folderOption.open()) {
            SinkFigures figures =
                    new SinkBench(plan, folder, terminal, InstantSource.system()).measure();
            terminal.out().print(json ? new SinkJson(figures) + "\n" : new SinkText(figures));
            terminal.out().flush();
            return figures.isGood() ? ExitCode.OK : ExitCode.FAILURE;
        }
    }

    /** Returns the plan that the options describe. */
    SinkPlan plan() {
        int backlog = jobs != null ? jobs : quick ? QUICK_JOBS : JOBS;
        int turns = rounds != null ? rounds : quick ? 1 : ROUNDS;
        List<Integer> sizes = resultSizes != null ? resultSizes : RESULT_SIZES;
        require("--jobs", backlog, MIN_JOBS, MAX_JOBS);
        require("--rounds", turns, 1, MAX_ROUNDS);
        sizes.forEach(it -> require("--result-bytes", it, MIN_RESULT_BYTES, MAX_RESULT_BYTES));
        return new SinkPlan(
                databases != null ? databases : List.of(DatabaseKind.values()),
                sizes,
                backlog,
                turns);
    }

    private static void require(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw UserError.usage(option + " must be " + min + " to " + max + ", was " + value);
        }
    }
}
