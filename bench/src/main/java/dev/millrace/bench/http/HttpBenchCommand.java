package dev.millrace.bench.http;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.millrace.bench.process.WorkFolderOption;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace bench http}: compares HTTP clients with many calls in flight. */
@Command(
        name = "http",
        sortOptions = false,
        description = "Compares the worker's HTTP client with the JDK's, over HTTP/1.1 and HTTP/2.",
        footer = {"", "Exit code: 0 when every call was answered, 1 otherwise."})
public final class HttpBenchCommand implements Callable<Integer> {
    private static final int MAX_IN_FLIGHT = 25_000;
    private static final int MAX_SECONDS = 3_600;
    private static final int MAX_LATENCY_MILLIS = 60_000;
    private static final List<Integer> IN_FLIGHT = List.of(64, 5_000, 10_000);
    private static final List<Integer> QUICK_IN_FLIGHT = List.of(8);
    private static final int SECONDS = 10;

    /** Files that each process opens besides its connections: jars, logs. */
    private static final int OTHER_FILES = 500;

    @Option(
            names = "--in-flight",
            split = ",",
            paramLabel = "N",
            description = "Concurrent calls, one or several numbers; default: 64,5000,10000.")
    private @Nullable List<Integer> inFlight;

    @Option(
            names = "--latency",
            paramLabel = "MS",
            defaultValue = "5000",
            description =
                    "Latency of each answer in milliseconds; default: ${DEFAULT-VALUE}. With fewer"
                            + " than 1000 calls in flight, the server answers at once.")
    private int latencyMillis;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description =
                    "Duration of each measurement in seconds, best a multiple of the latency;"
                            + " default: "
                            + SECONDS
                            + ".")
    private @Nullable Integer seconds;

    @Option(names = "--quick", description = "Check that everything works: a small run.")
    private boolean quick;

    @Mixin private WorkFolderOption folderOption = new WorkFolderOption();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    HttpBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Integer> calls = inFlight(maxFiles());
        Terminal terminal = Terminal.system();
        try (var folder = folderOption.open()) {
            HttpFigures figures = new HttpBench(folder, terminal, latency(), time()).measure(calls);
            terminal.out().print(json ? figures.json() + "\n" : figures.text());
            terminal.out().flush();
            return figures.isGood() ? ExitCode.OK : ExitCode.FAILURE;
        }
    }

    /**
     * Returns the numbers of calls in flight.
     *
     * @param maxFiles files that a process may open
     */
    List<Integer> inFlight(long maxFiles) {
        List<Integer> calls = inFlight != null ? inFlight : quick ? QUICK_IN_FLIGHT : IN_FLIGHT;
        calls.forEach(it -> require("--in-flight", it, 1, MAX_IN_FLIGHT));
        long needed = Collections.max(calls) + (long) OTHER_FILES;
        if (needed > maxFiles) {
            throw UserError.usage(
                    String.format(
                            Locale.ROOT,
                            "%,d calls in flight need %,d open files in each process, but the limit"
                                    + " is %,d: raise it with ulimit -n, or lower --in-flight",
                            Collections.max(calls),
                            needed,
                            maxFiles));
        }
        return calls;
    }

    Duration latency() {
        require("--latency", latencyMillis, 0, MAX_LATENCY_MILLIS);
        return Duration.ofMillis(latencyMillis);
    }

    Duration time() {
        int value = seconds != null ? seconds : quick ? 1 : SECONDS;
        require("--seconds", value, 1, MAX_SECONDS);
        return Duration.ofSeconds(value);
    }

    private static void require(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw UserError.usage(option + " must be " + min + " to " + max + ", was " + value);
        }
    }

    /** Returns the limit of this process, which its children inherit. */
    private static long maxFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean it
                ? it.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }
}
