package dev.millrace.bench.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.millrace.bench.cluster.OpenLoopSubmitter.Pace;
import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.router.classify.Classifier;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run smaller than {@code --quick}, in separate processes. */
@Tag("long")
class RouterBenchIT {
    private static final int WORDS = 200;
    private static final RouterSizes SMALL =
            new RouterSizes(
                    1_000,
                    1,
                    new Pace(100, Duration.ofSeconds(1)),
                    List.of(new Pace(50, Duration.ofSeconds(1))),
                    1);

    @Test
    void eachContenderForwardsEachRequestExactlyOnce(@TempDir Path folder)
            throws IOException, InterruptedException {
        var silent =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        var threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        var bench =
                new RouterBench(
                        new WorkFolder(folder, true),
                        new Terminal(silent, silent, false),
                        InstantSource.system(),
                        System::nanoTime,
                        new ClassifyTrial(Classifier.load(), WORDS, threads, System::nanoTime),
                        SMALL);

        RouterFigures figures = bench.measure();

        assertThat(figures.problems()).isEmpty();
        assertThat(figures.backlogs())
                .extracting(RouterFigures.BacklogResult::contender)
                .containsExactly(RouterContender.values());
        assertThat(figures.latencies())
                .hasSize(RouterContender.values().length)
                .extracting(RouterFigures.LatencyResult::percentiles)
                .allSatisfy(
                        percentiles ->
                                assertThat(percentiles).map(LatencyPercentiles::p50).isPresent());
    }
}
