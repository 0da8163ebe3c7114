package dev.millrace.bench.similarity;

import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace bench similarity}: measures the search for similar questions. */
@Command(
        name = "similarity",
        sortOptions = false,
        description = "Measures the search for similar questions of the semantic cache.",
        footer = {"", "Exit code: 0."})
public final class SimilarityBenchCommand implements Callable<Integer> {
    private static final int MAX_ENTRIES = 2_000_000;
    private static final int MAX_SEARCHES = 1_000_000;
    private static final List<Integer> ENTRIES = List.of(10_000, 100_000, 200_000);
    private static final List<Integer> QUICK_ENTRIES = List.of(1_000);
    private static final int SEARCHES = 1_000;

    @Option(
            names = "--entries",
            split = ",",
            paramLabel = "N",
            description = "Stored questions, one or several numbers; default: 10000,100000,200000.")
    private @Nullable List<Integer> entries;

    @Option(
            names = "--searches",
            paramLabel = "N",
            description = "Searches of each index; default: " + SEARCHES + ".")
    private @Nullable Integer searches;

    @Option(
            names = "--threshold",
            paramLabel = "COSINE",
            defaultValue = "0.95",
            description = "Least cosine of a similar question; default: ${DEFAULT-VALUE}.")
    private float threshold;

    @Option(names = "--heap", description = "Measure only the heap of the stored questions.")
    private boolean heapOnly;

    @Option(names = "--quick", description = "Check that everything works: a small run.")
    private boolean quick;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    SimilarityBenchCommand() {}

    @Override
    public Integer call() {
        int times = searches != null ? searches : quick ? 100 : SEARCHES;
        require("--searches", times, MAX_SEARCHES);
        if (!(threshold >= 0 && threshold <= 1)) {
            throw UserError.usage("--threshold must be 0 to 1, was " + threshold);
        }
        Terminal terminal = Terminal.system();
        var bench = new SimilarityBench(sizes(), times, threshold, terminal);
        SimilarityFigures figures = heapOnly ? bench.measureHeap() : bench.measure();
        terminal.out().print(json ? figures.json() + "\n" : figures.text());
        terminal.out().flush();
        return ExitCode.OK;
    }

    /** Returns the numbers of stored questions in ascending order. */
    List<Integer> sizes() {
        List<Integer> sizes = entries != null ? entries : quick ? QUICK_ENTRIES : ENTRIES;
        sizes.forEach(it -> require("--entries", it, MAX_ENTRIES));
        return sizes.stream().sorted().distinct().toList();
    }

    private static void require(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw UserError.usage(option + " must be 1 to " + max + ", was " + value);
        }
    }
}
