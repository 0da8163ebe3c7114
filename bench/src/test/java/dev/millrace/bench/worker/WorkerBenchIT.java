package dev.millrace.bench.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.contender.Kind;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.bench.report.Figures;
import dev.millrace.bench.report.Part;
import dev.millrace.bench.report.ThroughputRow;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Little of it, in processes of its own. */
class WorkerBenchIT {
    private static final int JOBS = 500;

    @Test
    void millraceGivesExactlyTheResultsOfItsJobs(@TempDir Path folder)
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
                new BenchPlan(
                        Set.of(Part.HTTP),
                        List.of(Kind.PARALLEL_TX, Kind.MILLRACE),
                        List.of(50),
                        2,
                        Sizes.QUICK.withJobs(JOBS).withOtherContenders(Duration.ofSeconds(1)),
                        null);

        Figures figures = bench.measure(plan);

        assertThat(figures.problems()).isEmpty();
        assertThat(figures.throughput())
                .extracting(ThroughputRow::kind)
                .containsExactly(Kind.PARALLEL_TX, Kind.MILLRACE);
        assertThat(figures.throughput().getLast().observed().jobs()).isEqualTo(JOBS);
    }
}
