package dev.millrace.bench.idle;

import dev.millrace.bench.process.ChildJvm;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code millrace bench idle}: compares the CPU time of an idle pipeline with that of a bare
 * embedded broker and an idle Streams application. Both run at the same time, so that other load on
 * the machine affects both.
 */
@Command(
        name = "idle",
        sortOptions = false,
        description = "Compares an idle pipeline with an idle broker and Streams application.")
public final class IdleBenchCommand implements Callable<Integer> {
    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "Duration of the measurement in seconds; default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--settle",
            paramLabel = "N",
            defaultValue = "120",
            description =
                    "Seconds to wait before the measurement while the JIT compiles;"
                            + " default: ${DEFAULT-VALUE}.")
    private int settle;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    IdleBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (seconds < 1 || settle < 0) {
            throw UserError.usage("--seconds must be 1 or more, and --settle 0 or more");
        }
        try (var folder = WorkFolder.open(null);
                var baseline = baseline(folder);
                var pipeline = pipeline(folder)) {
            pipeline.await(Duration.ofSeconds(settle));
            Duration baselineBefore = baseline.cpu();
            Duration before = pipeline.cpu();
            long start = System.nanoTime();
            pipeline.await(Duration.ofSeconds(seconds));
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            print(
                    IdleUsage.of(pipeline.cpu().minus(before), time, pipeline.residentMib()),
                    IdleUsage.of(
                            baseline.cpu().minus(baselineBefore), time, baseline.residentMib()));
        }
        return ExitCode.OK;
    }

    private static IdleProcess baseline(WorkFolder folder) throws IOException {
        return IdleProcess.start(
                ChildJvm.program(
                        IdleBaselineProgram.class.getName(),
                        List.of(),
                        List.of(folder.file("bare").toString())));
    }

    private static IdleProcess pipeline(WorkFolder folder) throws IOException {
        return IdleProcess.start(
                ChildJvm.millrace(
                        List.of(),
                        List.of("up", "--simulate", "--data-dir", folder.file("data").toString())));
    }

    private void print(IdleUsage pipeline, IdleUsage baseline) {
        Terminal terminal = Terminal.system();
        terminal.out().print(json ? json(pipeline, baseline) + "\n" : text(pipeline, baseline));
        terminal.out().flush();
    }

    private static String text(IdleUsage pipeline, IdleUsage baseline) {
        return String.format(
                Locale.ROOT,
                """
                idle pipeline             %5.2f %% of a core, %,d MiB resident
                bare broker with Streams  %5.2f %% of a core, %,d MiB resident
                """,
                pipeline.percent(),
                pipeline.residentMib(),
                baseline.percent(),
                baseline.residentMib());
    }

    private static String json(IdleUsage pipeline, IdleUsage baseline) {
        return new JsonMapper()
                .createObjectNode()
                .put("percent_of_core", pipeline.percent())
                .put("resident_mib", pipeline.residentMib())
                .put("bare_percent_of_core", baseline.percent())
                .put("bare_resident_mib", baseline.residentMib())
                .toString();
    }
}
