package dev.millrace.bench.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.process.WorkFolder;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run with few jobs and routers in separate processes. */
@Tag("long")
class TakeoverBenchIT {
    @Test
    void otherRouterRoutesTheNextJobWithAndWithoutAStandby(@TempDir Path folder)
            throws IOException, InterruptedException {
        var silent =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        var bench =
                new TakeoverBench(
                        new WorkFolder(folder, true),
                        new Terminal(silent, silent, false),
                        InstantSource.system(),
                        System::nanoTime,
                        100);

        List<TakeoverResult> all = bench.measure();

        assertThat(all).extracting(TakeoverResult::standbys).containsExactly(0, 1);
        assertThat(all)
                .allSatisfy(
                        it -> {
                            assertThat(it.problem()).isEmpty();
                            assertThat(it.duration()).isPresent();
                        });
    }
}
