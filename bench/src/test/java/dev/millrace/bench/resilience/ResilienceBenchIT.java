package dev.millrace.bench.resilience;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small run in separate processes. */
class ResilienceBenchIT {
    @Test
    void retriesAnswerMoreJobsWithMoreCalls(@TempDir Path folder)
            throws IOException, InterruptedException {
        var silent =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        var bench =
                new ResilienceBench(
                        new WorkFolder(folder, true),
                        new Terminal(silent, silent, false),
                        InstantSource.system(),
                        System::nanoTime);
        var pace = new Pace(100, Duration.ofSeconds(2));

        ResilienceFigures figures =
                bench.measure(
                        new ResiliencePlan(pace, pace, 1),
                        List.of(Strategy.NO_RETRY, Strategy.BACKOFF));

        assertThat(figures.isGood()).as(figures.text()).isTrue();
        StrategyRow once = figures.rows().getFirst();
        StrategyRow retried = figures.rows().getLast();
        assertThat(once.overhead()).isZero();
        assertThat(once.succeeded()).isLessThan(once.jobs());
        assertThat(retried.succeeded()).isEqualTo(retried.jobs());
        assertThat(retried.overhead()).isPositive();
    }
}
