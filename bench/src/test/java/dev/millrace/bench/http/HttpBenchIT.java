package dev.millrace.bench.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.process.WorkFolder;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short measurement in separate processes. */
@Tag("long")
class HttpBenchIT {
    @Test
    void eachClientMakesCallsOverTlsAndWithoutIt(@TempDir Path folder)
            throws IOException, InterruptedException {
        var silent =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        var bench =
                new HttpBench(
                        new WorkFolder(folder, true),
                        new Terminal(silent, silent, false),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1));

        HttpFigures figures = bench.measure(List.of(4));

        assertThat(figures.isGood()).as(figures.text()).isTrue();
        assertThat(figures.results())
                .hasSize(5)
                .allSatisfy(
                        it -> {
                            assertThat(it.row().callsPerSecond()).isPositive();
                            assertThat(it.row().cpuMicros()).isPositive();
                            assertThat(it.row().excessP99Millis()).isPositive();
                        });
    }
}
