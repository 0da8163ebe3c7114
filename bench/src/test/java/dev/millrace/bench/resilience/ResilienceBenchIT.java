package dev.millrace.bench.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.cluster.OpenLoopSubmitter.Pace;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.bench.resilience.ResiliencePlan.Part;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small run in separate processes. */
@Tag("long")
class ResilienceBenchIT {
    private static final Pace PACE = new Pace(100, Duration.ofSeconds(2));
    private static final FaultPlan FAULTS =
            new FaultPlan(600, Duration.ofSeconds(3), Duration.ofSeconds(1));

    @TempDir private Path folder;

    private ResilienceFigures measure(Part part, List<Strategy> strategies)
            throws IOException, InterruptedException {
        var silent =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        var bench =
                new ResilienceBench(
                        new WorkFolder(folder, true),
                        new Terminal(silent, silent, false),
                        InstantSource.system(),
                        System::nanoTime);
        return bench.measure(new ResiliencePlan(Set.of(part), PACE, PACE, 1, FAULTS), strategies);
    }

    @Test
    void retriesAnswerMoreJobsWithMoreCalls() throws IOException, InterruptedException {
        ResilienceFigures figures =
                measure(Part.RETRIES, List.of(Strategy.NO_RETRY, Strategy.BACKOFF));

        assertThat(figures.isGood()).as(figures.text()).isTrue();
        StrategyRow once = figures.retries().getFirst();
        StrategyRow retried = figures.retries().getLast();
        assertThat(once.overhead()).isZero();
        assertThat(once.succeeded()).isLessThan(once.jobs());
        assertThat(retried.succeeded()).isEqualTo(retried.jobs());
        assertThat(retried.overhead()).isPositive();
    }

    @Test
    void faultsFailNoJob() throws IOException, InterruptedException {
        ResilienceFigures figures = measure(Part.FAULTS, List.of());

        assertThat(figures.isGood()).as(figures.text()).isTrue();
        assertThat(figures.faults())
                .as(figures.text())
                .hasSize(4)
                .allSatisfy(
                        row -> {
                            assertThat(row.failed()).isZero();
                            assertThat(row.afterRepair()).isPositive();
                        });
    }
}
