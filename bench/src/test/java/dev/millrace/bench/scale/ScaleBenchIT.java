package dev.millrace.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.process.WorkFolder;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small run in separate processes. */
@Tag("long")
class ScaleBenchIT {
    @Test
    void workersThatJoinAndLeaveProduceOneResultForEachJob(@TempDir Path folder)
            throws IOException, InterruptedException {
        var silent =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        var bench =
                new ScaleBench(
                        new WorkFolder(folder, true),
                        new Terminal(silent, silent, false),
                        InstantSource.system(),
                        System::nanoTime);
        var scenario =
                new ScaleScenario(
                        "join and leave",
                        List.of(
                                new ScaleScenario.Change(0, 1),
                                new ScaleScenario.Change(0.1, 1),
                                new ScaleScenario.Change(0.5, -1)));

        ScaleFigures figures =
                bench.measure(
                        new ScalePlan(1_000, 2, 50, Duration.ofMillis(200)), List.of(scenario));

        assertThat(figures.isGood()).as(figures.text()).isTrue();
        assertThat(figures.rows().getFirst().utilization()).isPositive();
    }
}
