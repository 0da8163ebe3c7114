package dev.millrace.bench.gateway;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.millrace.bench.gateway.GatewayPlan.Part;
import dev.millrace.bench.process.WorkFolderOption;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace bench gateway}: compares answers of the gateway with direct calls. */
@Command(
        name = "gateway",
        sortOptions = false,
        description =
                "Measures what the gateway adds to a call: latency, time to the first token, and"
                        + " the memory of a large upload and of idle connections.",
        footer = {
            "",
            "Exit code: 0 when every call was answered, the upload is complete and no idle"
                    + " connection was closed, 1 otherwise. Missed targets do not change it."
        })
public final class GatewayBenchCommand implements Callable<Integer> {
    private static final int MAX_CONCURRENCY = 5_000;
    private static final int MAX_SECONDS = 3_600;
    private static final int MAX_UPLOAD_MB = 10_000;
    private static final int MAX_IDLE = 20_000;
    private static final int SECONDS = 10;
    private static final int UPLOAD_MB = 200;
    private static final int QUICK_UPLOAD_MB = 2;
    private static final int IDLE = 10_000;
    private static final int QUICK_IDLE = 20;
    private static final long BYTES_PER_MB = 1_000_000;
    private static final List<Integer> CONCURRENCY = List.of(1, 32, 256);
    private static final List<Integer> QUICK_CONCURRENCY = List.of(1, 4);
    private static final List<Integer> SATURATING = List.of(64, 256, 1_024);
    private static final List<Integer> QUICK_SATURATING = List.of(8);

    /** Files that each process opens besides idle connections: jars, logs, running calls. */
    private static final int OTHER_FILES = 1_500;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Measure only these of latency, throughput, stream, upload and idle; default:"
                            + " all.")
    private @Nullable Set<Part> parts;

    @Option(
            names = "--concurrency",
            split = ",",
            paramLabel = "N",
            description =
                    "Concurrent calls of latency and stream, one or several numbers; default:"
                            + " 1,32,256.")
    private @Nullable List<Integer> concurrency;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description =
                    "Duration of each measurement in seconds, after half of it to warm up; default: "
                            + SECONDS
                            + ".")
    private @Nullable Integer seconds;

    @Option(
            names = "--upload-mb",
            paramLabel = "N",
            description =
                    "Size of the uploaded file in millions of bytes; default: " + UPLOAD_MB + ".")
    private @Nullable Integer uploadMb;

    @Option(
            names = "--idle",
            paramLabel = "N",
            description =
                    "Number of idle connections; default: "
                            + IDLE
                            + ", or fewer if the limit of open files requires it.")
    private @Nullable Integer idle;

    @Option(
            names = "--java-options",
            paramLabel = "OPTIONS",
            split = " ",
            description =
                    "Additional JVM options of the pipeline's process, for example to record a"
                            + " flight recording.")
    private List<String> javaOptions = List.of();

    @Option(names = "--quick", description = "Check that everything works: a small run.")
    private boolean quick;

    @Mixin private WorkFolderOption folderOption = new WorkFolderOption();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    GatewayBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        GatewayPlan plan = plan(maxFiles());
        Terminal terminal = Terminal.system();
        try (var folder = folderOption.open()) {
            GatewayFigures figures =
                    new GatewayBench(plan, folder, terminal, System::nanoTime).measure();
            terminal.out()
                    .print(json ? GatewayReport.json(figures) + "\n" : GatewayReport.text(figures));
            terminal.out().flush();
            return figures.isGood() ? ExitCode.OK : ExitCode.FAILURE;
        }
    }

    /**
     * Returns the plan that the options describe.
     *
     * @param maxFiles files that a process may open
     */
    GatewayPlan plan(long maxFiles) {
        List<Integer> calls =
                concurrency != null ? concurrency : quick ? QUICK_CONCURRENCY : CONCURRENCY;
        int time = seconds != null ? seconds : quick ? 1 : SECONDS;
        int megabytes = uploadMb != null ? uploadMb : quick ? QUICK_UPLOAD_MB : UPLOAD_MB;
        calls.forEach(it -> require("--concurrency", it, 1, MAX_CONCURRENCY));
        require("--seconds", time, 1, MAX_SECONDS);
        require("--upload-mb", megabytes, 1, MAX_UPLOAD_MB);
        return new GatewayPlan(
                parts != null ? parts : EnumSet.allOf(Part.class),
                calls,
                quick ? QUICK_SATURATING : SATURATING,
                Duration.ofSeconds(time),
                megabytes * BYTES_PER_MB,
                idleConnections(maxFiles),
                javaOptions);
    }

    private int idleConnections(long maxFiles) {
        int permitted = Math.clamp(maxFiles - OTHER_FILES, 1, MAX_IDLE);
        if (idle == null) {
            return Math.min(quick ? QUICK_IDLE : IDLE, permitted);
        }
        require("--idle", idle, 1, MAX_IDLE);
        if (idle > permitted) {
            throw UserError.usage(
                    "--idle must be at most %d, since a process may open %d files: raise the limit with ulimit -n"
                            .formatted(permitted, maxFiles));
        }
        return idle;
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
