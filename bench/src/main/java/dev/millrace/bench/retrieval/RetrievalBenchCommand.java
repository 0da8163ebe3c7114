package dev.millrace.bench.retrieval;

import dev.millrace.bench.process.WorkFolderOption;
import dev.millrace.retrieval.library.DocumentLibrary;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace bench retrieval}: measures the index of documents. */
@Command(
        name = "retrieval",
        sortOptions = false,
        description =
                "Measures how fast documents are indexed and passages are found, and the memory,"
                        + " disk and rebuilding of an index.",
        footer = {"", "Exit code: 0 when the index was complete, also after a kill, 1 otherwise."})
public final class RetrievalBenchCommand implements Callable<Integer> {
    private static final int PASSAGES = 100_000;
    private static final int QUICK_PASSAGES = 500;
    private static final int MAX_PASSAGES = 10_000_000;
    private static final int SAMPLE = 1_000;
    private static final int QUICK_SAMPLE = 20;
    private static final int SEARCHES = 1_000;
    private static final int QUICK_SEARCHES = 20;
    private static final int COLLECTIONS = DocumentLibrary.MAX_COLLECTIONS;
    private static final int QUICK_COLLECTIONS = 10;
    private static final int MAX_SEARCHES = 1_000_000;
    private static final int MAX_THREADS = 256;

    @Option(
            names = "--passages",
            paramLabel = "N",
            description = "Short passages of the large index; default: " + PASSAGES + ".")
    private @Nullable Integer passages;

    @Option(
            names = "--sample",
            paramLabel = "N",
            description =
                    "Passages of the default size whose rate is measured, 0 for none; default: "
                            + SAMPLE
                            + ".")
    private @Nullable Integer sample;

    @Option(
            names = "--searches",
            paramLabel = "N",
            description = "Searches of each kind; default: " + SEARCHES + ".")
    private @Nullable Integer searches;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description =
                    "Passages that are embedded at once; default: half of the processors, as the"
                            + " service does.")
    private @Nullable Integer threads;

    @Option(
            names = "--collections",
            paramLabel = "N",
            description =
                    "Small collections that one process opens, 0 for none; default: "
                            + COLLECTIONS
                            + ", the most that a service has.")
    private @Nullable Integer collections;

    @Option(names = "--quick", description = "Check that everything works: a small run.")
    private boolean quick;

    @Mixin private WorkFolderOption folderOption = new WorkFolderOption();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    RetrievalBenchCommand() {}

    @Override
    public Integer call() throws IOException {
        RetrievalPlan plan = plan();
        Terminal terminal = Terminal.system();
        try (var folder = folderOption.open()) {
            RetrievalFigures figures =
                    new RetrievalBench(plan, folder, terminal, System::nanoTime).measure();
            terminal.out().print(json ? figures.json() + "\n" : figures.text());
            terminal.out().flush();
            return figures.isGood() ? ExitCode.OK : ExitCode.FAILURE;
        }
    }

    /** Returns the plan that the options describe. */
    RetrievalPlan plan() {
        int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return new RetrievalPlan(
                value("--passages", passages, quick ? QUICK_PASSAGES : PASSAGES, 1, MAX_PASSAGES),
                value("--sample", sample, quick ? QUICK_SAMPLE : SAMPLE, 0, MAX_PASSAGES),
                value("--searches", searches, quick ? QUICK_SEARCHES : SEARCHES, 1, MAX_SEARCHES),
                value("--threads", threads, half, 1, MAX_THREADS),
                value(
                        "--collections",
                        collections,
                        quick ? QUICK_COLLECTIONS : COLLECTIONS,
                        0,
                        COLLECTIONS));
    }

    private static int value(
            String option, @Nullable Integer given, int otherwise, int min, int max) {
        int value = given != null ? given : otherwise;
        if (value < min || value > max) {
            throw UserError.usage(option + " must be " + min + " to " + max + ", was " + value);
        }
        return value;
    }
}
