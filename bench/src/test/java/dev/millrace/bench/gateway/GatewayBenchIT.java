package dev.millrace.bench.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.gateway.GatewayPlan.Part;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short measurement of a pipeline with its gateway. */
@Tag("long")
class GatewayBenchIT {
    @Test
    void everyPartIsMeasuredAndNothingIsLost(@TempDir Path folder)
            throws IOException, InterruptedException {
        var silent =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        var plan =
                new GatewayPlan(
                        EnumSet.allOf(Part.class),
                        List.of(2),
                        List.of(4),
                        Duration.ofSeconds(1),
                        1_000_000,
                        10,
                        List.of());

        GatewayFigures figures =
                new GatewayBench(
                                plan,
                                new WorkFolder(folder, true),
                                new Terminal(silent, silent, false),
                                System::nanoTime)
                        .measure();

        assertThat(figures.isGood()).as(GatewayReport.text(figures)).isTrue();
        assertThat(figures.latency()).hasSize(2);
        assertThat(figures.throughput()).hasSize(1);
        assertThat(figures.stream())
                .singleElement()
                .satisfies(it -> assertThat(it.direct().millis().p50()).isGreaterThan(49.0));
        assertThat(figures.upload()).isPresent();
        assertThat(figures.idle()).isPresent();
    }
}
