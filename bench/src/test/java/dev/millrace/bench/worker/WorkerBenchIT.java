package dev.millrace.bench.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.contender.Contender;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.bench.report.Measurement;
import dev.millrace.bench.report.ThroughputRow;
import dev.millrace.bench.report.WorkerFigures;
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
class WorkerBenchIT {
    private static final int JOBS = 500;

    @Test
    void millraceProducesOneResultForEachJob(@TempDir Path folder)
            throws IOException, InterruptedException {
        var silent =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        var bench =
                new WorkerBench(
                        new WorkFolder(folder, true),
                        new Terminal(silent, silent, false),
                        InstantSource.system(),
                        System::nanoTime);
        var plan =
                new WorkerBenchPlan(
                        Set.of(Measurement.HTTP),
                        List.of(Contender.PARALLEL_TX, Contender.MILLRACE),
                        List.of(50),
                        2,
                        WorkerBenchSizes.QUICK
                                .withJobs(JOBS)
                                .withOtherTimeLimit(Duration.ofSeconds(1)),
                        null);

        WorkerFigures figures = bench.measure(plan);

        assertThat(figures.problems()).isEmpty();
        assertThat(figures.throughput())
                .extracting(ThroughputRow::contender)
                .containsExactly(Contender.PARALLEL_TX, Contender.MILLRACE);
        assertThat(figures.throughput().getLast().result().jobs()).isEqualTo(JOBS);
    }
}
