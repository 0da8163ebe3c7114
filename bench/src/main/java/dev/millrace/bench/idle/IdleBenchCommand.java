package dev.millrace.bench.idle;

import dev.millrace.bench.idle.IdleFigures.IdleUsage;
import dev.millrace.bench.process.ChildJvm;
import dev.millrace.bench.process.Launcher;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code millrace bench idle}: compares the CPU time of an idle pipeline with that of a bare
 * embedded broker and an idle Streams application. The launcher starts the pipeline. Both run at
 * the same time, so that other load on the machine affects both.
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
        IdleFigures figures;
        try (var folder = WorkFolder.open(null)) {
            figures = measure(folder, Duration.ofSeconds(settle), Duration.ofSeconds(seconds));
        }
        Terminal terminal = Terminal.system();
        terminal.out().print(json ? figures.json() + "\n" : figures.text());
        terminal.out().flush();
        return ExitCode.OK;
    }

    /** Starts both programs, waits until they have settled, and measures them. */
    static IdleFigures measure(WorkFolder folder, Duration settle, Duration duration)
            throws IOException, InterruptedException {
        try (var baseline = baseline(folder);
                var pipeline = pipeline(folder)) {
            pipeline.await(settle);
            Duration baselineBefore = baseline.cpu();
            Duration before = pipeline.cpu();
            long start = System.nanoTime();
            pipeline.await(duration);
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            return new IdleFigures(
                    IdleUsage.of(pipeline.cpu().minus(before), time, pipeline.residentMib()),
                    IdleUsage.of(
                            baseline.cpu().minus(baselineBefore), time, baseline.residentMib()));
        }
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
                Launcher.millrace(
                        List.of("up", "--simulate", "--data-dir", folder.file("data").toString())));
    }
}
