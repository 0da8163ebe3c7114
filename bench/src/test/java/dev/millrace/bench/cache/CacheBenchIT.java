package dev.millrace.bench.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.cache.CacheFigures.WayLatency;
import dev.millrace.bench.cache.CachePlan.Part;
import dev.millrace.bench.cache.EntriesFigures.Takeover;
import dev.millrace.bench.cluster.OpenLoopSubmitter.Pace;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run smaller than {@code --quick}, in separate processes. */
@Tag("long")
class CacheBenchIT {
    private static final CachePlan SMALL =
            new CachePlan(
                    new Pace(50, Duration.ofSeconds(1)),
                    new Pace(50, Duration.ofSeconds(1)),
                    1,
                    500,
                    500,
                    EnumSet.allOf(Part.class));

    @Test
    void eachRequestComesOutOnceAndEachAnswerIsKept(@TempDir Path folder)
            throws IOException, InterruptedException {
        var silent =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        var bench =
                new CacheBench(
                        SMALL,
                        new WorkFolder(folder, true),
                        new Terminal(silent, silent, false),
                        InstantSource.system(),
                        System::nanoTime);

        CacheFigures figures = bench.measure();

        assertThat(figures.problems()).isEmpty();
        assertThat(figures.latencies()).extracting(WayLatency::way).containsExactly(Way.values());
        assertThat(figures.entries())
                .hasValueSatisfying(
                        it -> {
                            assertThat(it.memory().entries())
                                    .isEqualTo(Way.KNOWN_QUESTIONS + SMALL.entries());
                            assertThat(it.hits()).isPresent();
                            assertThat(it.takeovers())
                                    .extracting(Takeover::hasStandby)
                                    .containsExactly(false, false, true);
                        });
    }
}
