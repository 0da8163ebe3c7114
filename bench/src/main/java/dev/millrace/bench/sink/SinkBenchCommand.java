package dev.millrace.bench.sink;

import dev.millrace.bench.database.DatabaseKind;
import dev.millrace.bench.process.WorkFolderOption;
import dev.millrace.bench.sink.SinkPlan.Part;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
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
                        + " upserts of the same rows, how fast its API answers meanwhile, and the"
                        + " export of a large batch.",
        footer = {
            "",
            "Exit code: 0 when each row was stored once, the costs are exact and the API's answers"
                    + " right, 1 otherwise. Missed targets do not change it."
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
    private static final int MAX_PER_SECOND = 1_000;
    private static final int EXPORTED = 1_000_000;
    private static final int QUICK_EXPORTED = 20_000;
    private static final List<Integer> RESULT_SIZES = List.of(1_024, 16_384);

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description =
                    "Jobs in each backlog, with a result and a cost event each; four times as many"
                            + " for the API; default: "
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

    @Option(
            names = "--per-second",
            paramLabel = "N",
            defaultValue = "20",
            description =
                    "Most requests per second of each path of the API; default: ${DEFAULT-VALUE}.")
    private int perSecond;

    @Option(
            names = "--exported",
            paramLabel = "N",
            description = "Results of the export; default: " + EXPORTED + ".")
    private @Nullable Integer exported;

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description = "Measure only these of rates, api and export.")
    private @Nullable Set<Part> parts;

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
                    new SinkBench(plan, folder, terminal, InstantSource.system(), System::nanoTime)
                            .measure();
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
        require("--per-second", perSecond, 1, MAX_PER_SECOND);
        int lines = exported != null ? exported : quick ? QUICK_EXPORTED : EXPORTED;
        require("--exported", lines, MIN_JOBS, MAX_JOBS);
        sizes.forEach(it -> require("--result-bytes", it, MIN_RESULT_BYTES, MAX_RESULT_BYTES));
        return new SinkPlan(
                parts != null ? parts : EnumSet.allOf(Part.class),
                databases != null ? databases : List.of(DatabaseKind.values()),
                sizes,
                backlog,
                turns,
                perSecond,
                lines);
    }

    private static void require(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw UserError.usage(option + " must be " + min + " to " + max + ", was " + value);
        }
    }
}
