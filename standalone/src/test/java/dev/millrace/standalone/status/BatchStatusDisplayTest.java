package dev.millrace.standalone.status;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.results.BatchKey;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.retry.StoredBatch;
import dev.millrace.store.database.DatabaseException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchStatusDisplayTest {
    private static final BatchKey BATCH = BatchKey.of("b");

    @TempDir private Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private StoredBatch stored = new StoredBatch();
    private List<Waiting> waits = List.of();
    private boolean isStopped;
    private int rests;

    private boolean rest(Duration rest) {
        assertThat(rest).isPositive();
        rests++;
        if (isStopped) {
            return true;
        }
        try {
            var _ = stored.result("b", 2, "timeout").storeIn(folder);
        } catch (DatabaseException e) {
            throw new AssertionError(e);
        }
        return false;
    }

    private void show(boolean isInteractive, boolean asJson, boolean once) throws Exception {
        var terminal =
                new Terminal(
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        isInteractive);
        new BatchStatusDisplay(
                        terminal,
                        InstantSource.fixed(StoredBatch.NOON),
                        () -> this::rest,
                        _ -> waits)
                .show(stored.storeIn(folder), BATCH, asJson, once);
    }

    private void halfABatch() {
        stored = new StoredBatch().manifest("b", 2, null).result("b", 1, null);
    }

    @Test
    void redrawsTheBarUntilTheBatchIsComplete() throws Exception {
        halfABatch();
        show(true, false, false);

        assertThat(rests).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("1 of 2 lines ended, 50 %").endsWith("\u001b[2K");
        assertThat(out.toString(UTF_8))
                .contains("2 of 2 lines ended, 100 %")
                .containsPattern("failed +1\n");
    }

    @Test
    void showsTheLastStatusWhenTheUserStops() throws Exception {
        halfABatch();
        isStopped = true;
        show(true, false, false);

        assertThat(out.toString(UTF_8)).contains("1 of 2 lines ended, 50 %");
    }

    @Test
    void showsWhyJobsWaitInsteadOfATime() throws Exception {
        halfABatch();
        waits =
                List.of(
                        new Waiting(
                                "",
                                Optional.empty(),
                                WaitingReason.NO_WORKER,
                                "no worker runs",
                                Optional.empty(),
                                0));

        show(false, false, false);

        assertThat(out.toString(UTF_8))
                .contains(
                        "1 of 2 lines ended, 50 %\n  waits         jobs wait: no_worker: no worker"
                                + " runs\n");
    }

    @Test
    void isShownOnceWithoutATerminal() throws Exception {
        halfABatch();
        show(false, false, false);

        assertThat(rests).isZero();
        assertThat(err.toString(UTF_8)).isEmpty();
        assertThat(out.toString(UTF_8)).startsWith("batch b of tenant default\n");
    }

    @Test
    void isShownOnceOnATerminalOnRequest() throws Exception {
        halfABatch();
        show(true, false, true);

        assertThat(rests).isZero();
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void isOneJsonObjectOnRequest() throws Exception {
        halfABatch();
        show(true, true, false);

        assertThat(out.toString(UTF_8).lines()).singleElement().asString().contains("\"lines\":2");
    }

    @Test
    void saysThatNothingIsStored() {
        assertThatThrownBy(() -> show(true, false, false))
                .isInstanceOf(UserError.class)
                .hasMessage("Nothing is stored for batch \"b\" of tenant \"default\"");
    }

    @Test
    void suggestsTheNameOfTheWholeFile() {
        stored = new StoredBatch().manifest("b.jsonl", 1, null).manifest("other", 1, null);

        assertThatThrownBy(() -> show(true, false, false))
                .hasMessageEndingWith("of tenant \"default\"; similar names: b.jsonl");
    }
}
