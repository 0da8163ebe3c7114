package dev.millrace.bench.cache;

import dev.millrace.bench.cache.CachePlan.Part;
import dev.millrace.bench.cluster.OpenLoopSubmitter.Pace;
import dev.millrace.bench.process.WorkFolderOption;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace bench cache}: measures the answer cache and the latency of budgets. */
@Command(
        name = "cache",
        sortOptions = false,
        description =
                "Measures the latency that the answer cache and budgets add, the throughput of"
                        + " hits, and the memory and restoring of a large cache.",
        footer = {
            "",
            "Exit code: 0 when each request came out once and the cache kept each answer, 1"
                    + " otherwise. Missed targets do not change it."
        })
public final class CacheBenchCommand implements Callable<Integer> {
    private static final int ENTRIES = 100_000;
    private static final int HITS = 200_000;
    private static final int QUICK_ENTRIES = 1_000;
    private static final int MAX_ENTRIES = 50_000_000;
    private static final int MAX_PER_SECOND = 10_000;
    private static final int ROUNDS = 5;

    private static final Pace WARM_UP = new Pace(500, Duration.ofSeconds(10));
    private static final Pace QUICK_WARM_UP = new Pace(100, Duration.ofSeconds(1));
    private static final Duration TURN = Duration.ofSeconds(3);
    private static final Duration QUICK_TURN = Duration.ofSeconds(1);

    @Option(
            names = "--entries",
            paramLabel = "N",
            description = "Answers in the large cache; default: " + ENTRIES + ".")
    private @Nullable Integer entries;

    @Option(
            names = "--hits",
            paramLabel = "N",
            description = "Requests in the backlog of hits; default: " + HITS + ".")
    private @Nullable Integer hits;

    @Option(
            names = "--per-second",
            paramLabel = "N",
            defaultValue = "100",
            description =
                    "Requests per second while latency is measured; default: ${DEFAULT-VALUE}.")
    private int perSecond;

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description = "Measure only these of latency and entries.")
    private @Nullable Set<Part> parts;

    @Option(names = "--quick", description = "Check that everything works: a small run.")
    private boolean quick;

    @Mixin private WorkFolderOption folderOption = new WorkFolderOption();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    CacheBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        CachePlan plan = plan();
        Terminal terminal = Terminal.system();
        try (var folder = folderOption.open()) {
            var bench =
                    new CacheBench(
                            plan, folder, terminal, InstantSource.system(), System::nanoTime);
            CacheFigures figures = bench.measure();
            terminal.out().print(json ? new CacheJson(figures) + "\n" : new CacheText(figures));
            terminal.out().flush();
            return figures.isGood() ? ExitCode.OK : ExitCode.FAILURE;
        }
    }

    /** Returns the plan that the options describe. */
    CachePlan plan() {
        int answers = entries != null ? entries : quick ? QUICK_ENTRIES : ENTRIES;
        int repeats = hits != null ? hits : quick ? QUICK_ENTRIES : HITS;
        require("--entries", answers, MAX_ENTRIES);
        require("--hits", repeats, MAX_ENTRIES);
        require("--per-second", perSecond, MAX_PER_SECOND);
        return new CachePlan(
                quick ? QUICK_WARM_UP : WARM_UP,
                new Pace(perSecond, quick ? QUICK_TURN : TURN),
                quick ? 1 : ROUNDS,
                answers,
                repeats,
                parts != null ? parts : EnumSet.allOf(Part.class));
    }

    private static void require(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw UserError.usage(option + " must be 1 to " + max + ", was " + value);
        }
    }
}
