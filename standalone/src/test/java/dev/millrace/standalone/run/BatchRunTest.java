package dev.millrace.standalone.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.digest.Sha256;
import dev.millrace.standalone.console.StopSignals;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.run.journal.RunJournal;
import dev.millrace.standalone.run.journal.RunPlan;
import dev.millrace.standalone.run.journal.RunPlan.FileIdentity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A run over a known file that a signal stops before the plan is complete. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no POSIX signals")
class BatchRunTest {
    private static final Instant NOW = Instant.parse("2026-11-20T06:00:00Z");

    private final Path file;
    private final Path output;
    private final DataDirectory data;
    private final StopSignals interrupts = StopSignals.install();

    BatchRunTest(@TempDir Path folder) throws IOException {
        file = Files.writeString(folder.resolve("a.jsonl"), "{}\n{}\n");
        output = Files.writeString(folder.resolve("out.jsonl"), "results of the earlier run");
        data = DataDirectory.open(folder.resolve(".millrace"));
    }

    @BeforeEach
    void readTheFile() {
        try (var journal = RunJournal.open(data.journal());
                RunPlan plan = journal.newPlan(NOW, Duration.ofHours(24), _ -> false)) {
            var identity = new FileIdentity(file.toString(), "a.jsonl", "other".getBytes(UTF_8));
            long id = plan.registerFiles(List.of(identity), _ -> new byte[0], null).getFirst().id();
            assertThat(plan.submit(id, new byte[16], null, 1, null, _ -> null).line().batch())
                    .isEqualTo("a.jsonl");
            plan.commit();
        }
    }

    @AfterEach
    void close() {
        data.close();
    }

    private List<Summary> run(Runnable whenPlanned) throws IOException, InterruptedException {
        return run(whenPlanned, System.err, () -> 0);
    }

    private List<Summary> run(Runnable whenPlanned, PrintStream err, LongSupplier nanos)
            throws IOException, InterruptedException {
        var settings =
                new RunSettings(
                        List.of(InputFile.of(file)),
                        output,
                        Long.MAX_VALUE,
                        false,
                        1 << 20,
                        "millrace.requests",
                        null,
                        RunSettings.Spending.NONE,
                        new Reuse.Undecided());
        var context =
                new RunContext(
                        ConfigLoader.defaults(),
                        data,
                        "jdbc:sqlite:" + data.database(),
                        new Terminal(System.out, err, false),
                        interrupts,
                        () -> {
                            whenPlanned.run();
                            return NOW;
                        },
                        nanos,
                        0,
                        new Random(1));
        var reports = new ArrayList<Summary>();
        new BatchRun(settings, context).run(reports::add);
        return reports;
    }

    private void stop() {
        try {
            long self = ProcessHandle.current().pid();
            new ProcessBuilder("kill", "-TERM", Long.toString(self)).start();
            assertThat(interrupts.isEnded(Duration.ofMinutes(10))).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertNothingHasChanged(List<Summary> reports) throws IOException {
        assertThat(reports).isEmpty();
        assertThat(data.broker()).isEmptyDirectory();
        assertThat(output).hasContent("results of the earlier run");
        try (var journal = RunJournal.open(data.journal())) {
            assertThat(journal.knows("other".getBytes(UTF_8))).isTrue();
            assertThat(journal.knows(Sha256.create().digest(Files.readAllBytes(file)))).isFalse();
        }
    }

    @Test
    void signalDuringPlanningChangesNothing() throws IOException, InterruptedException {
        assertNothingHasChanged(run(this::stop));
    }

    @Test
    void signalBeforePlanningChangesNothing() throws IOException, InterruptedException {
        stop();

        assertNothingHasChanged(run(() -> {}));
    }

    @Test
    void showsThatLinesAreCompared() throws IOException, InterruptedException {
        Files.writeString(file, "{}\n".repeat(1_001));
        var shown = new ByteArrayOutputStream();
        var ticks = new AtomicLong();

        run(
                () -> {},
                new PrintStream(shown, true, UTF_8),
                () -> {
                    if (shown.size() > 0 && !interrupts.isStopping()) {
                        stop();
                    }
                    return ticks.getAndAdd(Duration.ofMinutes(1).toNanos());
                });

        assertThat(shown.toString(UTF_8)).contains("comparing the lines with earlier runs");
    }
}
