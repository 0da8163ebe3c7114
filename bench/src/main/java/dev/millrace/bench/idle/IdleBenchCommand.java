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
 * {@code millrace bench idle}: processor time of a pipeline that has nothing to do, beside a bare
 * embedded broker with an idle Streams application. Both run at the same time, so that whatever
 * else the machine does meets both.
 */
@Command(
        name = "idle",
        sortOptions = false,
        description = "Measures what an idle pipeline takes beside an idle broker with Streams.")
public final class IdleBenchCommand implements Callable<Integer> {
    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "How long is measured; default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--settle",
            paramLabel = "N",
            defaultValue = "120",
            description =
                    "Seconds before that, in which the JIT does its work; default:"
                            + " ${DEFAULT-VALUE}.")
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
                var bare = bare(folder);
                var pipeline = pipeline(folder)) {
            pipeline.await(Duration.ofSeconds(settle));
            Duration bareBefore = bare.cpu();
            Duration before = pipeline.cpu();
            long start = System.nanoTime();
            pipeline.await(Duration.ofSeconds(seconds));
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            print(
                    IdleShare.of(pipeline.cpu().minus(before), time, pipeline.residentMib()),
                    IdleShare.of(bare.cpu().minus(bareBefore), time, bare.residentMib()));
        }
        return ExitCode.OK;
    }

    private static IdleProcess bare(WorkFolder folder) throws IOException {
        return IdleProcess.start(
                ChildJvm.program(
                        BareIdle.class.getName(),
                        List.of(),
                        List.of(folder.file("bare").toString())));
    }

    private static IdleProcess pipeline(WorkFolder folder) throws IOException {
        return IdleProcess.start(
                ChildJvm.millrace(
                        List.of(),
                        List.of("up", "--simulate", "--data-dir", folder.file("data").toString())));
    }

    private void print(IdleShare pipeline, IdleShare bare) {
        Terminal terminal = Terminal.system();
        terminal.out().print(json ? json(pipeline, bare) + "\n" : text(pipeline, bare));
        terminal.out().flush();
    }

    private static String text(IdleShare pipeline, IdleShare bare) {
        return String.format(
                Locale.ROOT,
                """
                idle pipeline             %5.2f %% of a core, %,d MiB resident
                bare broker with Streams  %5.2f %% of a core, %,d MiB resident
                """,
                pipeline.percent(),
                pipeline.residentMib(),
                bare.percent(),
                bare.residentMib());
    }

    private static String json(IdleShare pipeline, IdleShare bare) {
        return new JsonMapper()
                .createObjectNode()
                .put("percent_of_core", pipeline.percent())
                .put("resident_mib", pipeline.residentMib())
                .put("bare_percent_of_core", bare.percent())
                .put("bare_resident_mib", bare.residentMib())
                .toString();
    }
}
