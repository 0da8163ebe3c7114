package dev.millrace.bench.router;

import com.sun.management.ThreadMXBean;
import dev.millrace.bench.process.WorkFolderOption;
import dev.millrace.router.classify.Classifier;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace bench router}: compares the router with a bare pass-through. */
@Command(
        name = "router",
        sortOptions = false,
        description = "Compares the router with a bare Kafka Streams pass-through.",
        footer = {
            "",
            "Exit code: 0 when each run forwarded each request exactly once, 1 otherwise. Missed"
                    + " targets do not change it."
        })
public final class RouterBenchCommand implements Callable<Integer> {
    private static final int MAX_JOBS = 50_000_000;
    private static final int WORDS = 200;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "Requests in each backlog; default: 600000.")
    private @Nullable Integer jobs;

    @Option(names = "--quick", description = "Check that everything works: a small run.")
    private boolean quick;

    @Mixin private WorkFolderOption folderOption = new WorkFolderOption();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    RouterBenchCommand() {}

    private static ClassifyTrial classification() {
        var threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        return new ClassifyTrial(Classifier.load(), WORDS, threads, System::nanoTime);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (jobs != null && (jobs < 1 || jobs > MAX_JOBS)) {
            throw UserError.usage("--jobs must be 1 to " + MAX_JOBS + ", was " + jobs);
        }
        RouterSizes sizes = quick ? RouterSizes.QUICK : RouterSizes.DEFAULT;
        Terminal terminal = Terminal.system();
        try (var folder = folderOption.open()) {
            var bench =
                    new RouterBench(
                            folder,
                            terminal,
                            InstantSource.system(),
                            System::nanoTime,
                            classification(),
                            jobs == null ? sizes : sizes.withJobs(jobs));
            RouterFigures figures = bench.measure();
            terminal.out().print(json ? new RouterJson(figures) + "\n" : new RouterText(figures));
            terminal.out().flush();
            return figures.isGood() ? ExitCode.OK : ExitCode.FAILURE;
        }
    }
}
