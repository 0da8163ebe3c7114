package dev.millrace.bench.load;

import dev.millrace.bench.process.WorkFolderOption;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace bench run}: runs many jobs and compares the output with the bill. */
@Command(
        name = "run",
        sortOptions = false,
        description = "Runs generated jobs and compares the output with the provider's bill.",
        footer = {"", "Exit code: 0 when every comparison holds, 1 otherwise."})
public final class RunBenchCommand implements Callable<Integer> {
    /** The in-flight limit of the shipped configuration. */
    private static final String IN_FLIGHT = "2000";

    private static final long MAX_JOBS = 100_000_000;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Number of jobs; default: ${DEFAULT-VALUE}.")
    private long jobs;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = IN_FLIGHT,
            description = "Concurrent calls; default: ${DEFAULT-VALUE}.")
    private int inFlight;

    @Option(
            names = "--latency",
            paramLabel = "TIME",
            defaultValue = "0ms",
            description = "Latency of the simulated provider; default: ${DEFAULT-VALUE}.")
    private String latency = "0ms";

    @Option(
            names = "--java-options",
            paramLabel = "OPTIONS",
            split = " ",
            description =
                    "Additional JVM options of the run, for example to record a flight recording.")
    private List<String> javaOptions = List.of();

    @Mixin private WorkFolderOption folderOption = new WorkFolderOption();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    RunBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (jobs < 1 || jobs > MAX_JOBS) {
            throw UserError.usage("--jobs must be 1 to " + MAX_JOBS + ", was " + jobs);
        }
        Terminal terminal = Terminal.system();
        var plan = new LoadPlan(jobs, inFlight, latency, javaOptions);
        try (var folder = folderOption.open()) {
            LoadReport report = plan.measure(folder);
            terminal.out().print(json ? report.json() + "\n" : report.text());
            terminal.out().flush();
            return report.isGood() ? ExitCode.OK : ExitCode.FAILURE;
        }
    }
}
