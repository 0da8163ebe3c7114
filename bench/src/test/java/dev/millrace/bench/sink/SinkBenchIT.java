package dev.millrace.bench.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.database.DatabaseKind;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.bench.sink.SinkFigures.Rate;
import dev.millrace.bench.sink.SinkPlan.Part;
import dev.millrace.bench.store.StoreContender;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run smaller than {@code --quick}, in separate processes. */
@Tag("long")
class SinkBenchIT {
    private static SinkFigures measure(SinkPlan plan, Path folder)
            throws IOException, InterruptedException {
        var silent =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new SinkBench(
                        plan,
                        new WorkFolder(folder, true),
                        new Terminal(silent, silent, false),
                        InstantSource.system(),
                        System::nanoTime)
                .measure();
    }

    @Test
    void eachRowIsStoredWithItsCostAndExportedInOrder(@TempDir Path folder)
            throws IOException, InterruptedException {
        var plan =
                new SinkPlan(
                        EnumSet.allOf(Part.class),
                        List.of(DatabaseKind.SQLITE, DatabaseKind.POSTGRESQL),
                        List.of(2_100),
                        2_500,
                        1,
                        20,
                        3_000);

        SinkFigures figures = measure(plan, folder);

        assertThat(figures.problems()).isEmpty();
        assertThat(figures.rates())
                .filteredOn(it -> it.database() == DatabaseKind.SQLITE)
                .extracting(Rate::contender)
                .containsExactly(StoreContender.values());
        assertThat(figures.rates())
                .hasSize((2 - figures.skipped().size()) * StoreContender.values().length)
                .allSatisfy(
                        it -> {
                            assertThat(it.rowsPerSecond()).isPositive();
                            assertThat(it.cpuMicros()).isPositive();
                            assertThat(it.liveHeapMib()).isBetween(1L, 256L);
                        });
        assertThat(figures.apis())
                .hasSize(2 - figures.skipped().size())
                .allSatisfy(it -> assertThat(it.paths()).hasSize(4));
        assertThat(figures.exports())
                .hasSize(2 - figures.skipped().size())
                .allSatisfy(
                        it -> {
                            assertThat(it.lines()).isEqualTo(3_000);
                            assertThat(it.liveHeapMib()).isBetween(1L, 256L);
                        });
    }
}
