package dev.millrace.bench.idle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.idle.IdleFigures.IdleUsage;
import dev.millrace.bench.process.WorkFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short measurement of both programs. */
@Tag("long")
class IdleBenchIT {
    /**
     * The thread that waits for the programs ignores interrupts, so the limit needs another one.
     */
    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void measuresBothRunningPrograms(@TempDir Path folder)
            throws IOException, InterruptedException {
        IdleFigures figures =
                IdleBenchCommand.measure(
                        new WorkFolder(folder, true), Duration.ZERO, Duration.ofSeconds(2));

        assertUsed(figures.pipeline());
        assertUsed(figures.baseline());
        // The pipeline runs a broker too, and more.
        assertThat(figures.pipeline().residentMib())
                .isGreaterThan(figures.baseline().residentMib() / 2);
    }

    private static void assertUsed(IdleUsage usage) {
        // A started JVM uses some CPU time within two seconds, and more than 50 MiB.
        assertThat(usage.percent())
                .isBetween(0.01, 100.0 * Runtime.getRuntime().availableProcessors());
        assertThat(usage.residentMib()).isBetween(50L, 4_000L);
    }
}
