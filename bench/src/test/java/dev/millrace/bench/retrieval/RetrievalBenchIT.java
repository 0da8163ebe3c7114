package dev.millrace.bench.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.process.WorkFolder;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run smaller than {@code --quick}, in separate processes. */
@Tag("long")
class RetrievalBenchIT {
    @Test
    void everyPassageIsFoundAndSurvivesAKill(@TempDir Path folder) throws IOException {
        var silent =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        var bench =
                new RetrievalBench(
                        new RetrievalPlan(55, 3, 4, 2, 5),
                        new WorkFolder(folder, true),
                        new Terminal(silent, silent, false),
                        System::nanoTime);

        RetrievalFigures figures = bench.measure();

        assertThat(figures.problems()).isEmpty();
        assertThat(figures.indexing()).hasSize(2);
        // A paragraph with many part numbers is two passages.
        assertThat(figures.indexing().getLast().passages()).isBetween(55, 60);
        assertThat(figures.searches().millis()).containsOnlyKeys(SearchWay.values());
        assertThat(figures.memory().heapMib()).isPositive();
        assertThat(figures.memory().residentMib()).isPositive();
        assertThat(figures.collections())
                .hasValueSatisfying(
                        it -> {
                            assertThat(it.count()).isEqualTo(5);
                            assertThat(it.handles().files()).isPositive();
                        });
    }
}
