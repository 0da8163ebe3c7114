package dev.millrace.standalone.result;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.batch.BatchOrigin;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.results.BatchKey;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.result.BatchFollower.Selection;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.database.WriteOutcome;
import dev.millrace.store.row.PartitionId;
import dev.millrace.store.row.RecordPosition;
import dev.millrace.store.row.Row;
import dev.millrace.store.row.StoreTransaction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowedBatchTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final PartitionId PARTITION = new PartitionId("cluster", "topic", "id", 0);
    private static final BatchKey BATCH = BatchKey.of("b");

    @TempDir private Path folder;
    private String url = "";
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** Events during the rests, one for each rest; the user stops after the last. */
    private final Deque<Event> events = new ArrayDeque<>();

    private final List<Duration> rests = new ArrayList<>();
    private long nanos = Long.MAX_VALUE - 10;
    private Duration look = Duration.ZERO;
    private int offset;

    @BeforeEach
    void createDatabase() throws Exception {
        url = "jdbc:sqlite:" + folder.resolve("millrace.db");
        Database.of(url).migrate();
    }

    private RecordPosition position() {
        return new RecordPosition(PARTITION, offset++, NOON);
    }

    private List<Row> job(long line) {
        JobId jobId = JobId.of(BATCH.tenant(), BATCH.batch(), "job-" + line);
        var view =
                new ResultView(
                        jobId.value(),
                        "job-" + line,
                        BATCH.tenant(),
                        BATCH.batch(),
                        line,
                        null,
                        null,
                        null,
                        null,
                        0,
                        BigDecimal.ZERO,
                        0,
                        0);
        byte[] value = ("{\"line\":" + line + "}").getBytes(UTF_8);
        return List.of(
                new Row.Result(position(), view, value),
                new Row.Cost(
                        position(), CostEvent.withoutCall(jobId, BATCH.tenant(), BATCH.batch())));
    }

    private List<Row> manifest(long lines) {
        var manifest =
                new BatchManifest(
                        BATCH.tenant(),
                        BATCH.batch(),
                        "s",
                        lines,
                        NOON,
                        "ada",
                        Optional.empty(),
                        BatchOrigin.UNKNOWN);
        return List.of(new Row.Manifest(position(), manifest));
    }

    private void store(List<Row> rows) {
        try (var writer = new DatabaseWriter(Database.of(url), InstantSource.fixed(NOON))) {
            assertThat(writer.store(new StoreTransaction(rows, List.of())))
                    .isInstanceOf(WriteOutcome.Done.class);
        }
    }

    private boolean isEnded(Duration rest) {
        if (rest.isZero()) {
            return false;
        }
        rests.add(rest);
        if (events.isEmpty()) {
            return true;
        }
        events.remove().run();
        return false;
    }

    /** An event during a rest. */
    private interface Event {
        void run();
    }

    private void later(List<Row> rows) {
        events.add(() -> store(rows));
    }

    private long nanos() {
        nanos += look.toNanos();
        return nanos;
    }

    private FollowedBatch.End follow(OutputStream target) throws Exception {
        var terminal =
                new Terminal(
                        new PrintStream(target, false, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        false);
        try (var runner = QueryRunner.open(url)) {
            return new FollowedBatch(
                            runner,
                            BATCH,
                            new Selection(Long.MIN_VALUE, false),
                            terminal,
                            new FollowedBatch.Pace(
                                    InstantSource.fixed(NOON), this::nanos, this::isEnded))
                    .print();
        }
    }

    @Nested
    class ABatchThatRuns {
        @Test
        void isPrintedAsItIsStoredUntilItIsComplete() throws Exception {
            store(job(2));
            later(job(3));
            later(manifest(3));
            later(job(1));
            later(List.of());

            assertThat(follow(out)).isEqualTo(FollowedBatch.End.COMPLETE);
            assertThat(out.toString(UTF_8)).isEqualTo("{\"line\":2}\n{\"line\":3}\n{\"line\":1}\n");
        }

        @Test
        void isPrintedInWholeLinesUntilTheUserStops() throws Exception {
            store(job(1));
            store(manifest(2));

            assertThat(follow(out)).isEqualTo(FollowedBatch.End.STOPPED);
            assertThat(out.toString(UTF_8)).isEqualTo("{\"line\":1}\n");
            assertThat(err.toString(UTF_8)).isEmpty();
        }

        @Test
        void isReadForAtMostAFifthOfTheTime() throws Exception {
            look = Duration.ofSeconds(2);
            store(job(1));
            later(List.of());

            assertThat(follow(out)).isEqualTo(FollowedBatch.End.STOPPED);
            assertThat(rests).containsOnly(Duration.ofSeconds(8));
        }

        @Test
        void isNoLongerReadWhenNobodyReadsTheOutput() throws Exception {
            store(job(1));
            var closed =
                    new OutputStream() {
                        @Override
                        public void write(int b) throws IOException {
                            throw new IOException("Broken pipe");
                        }
                    };

            assertThat(follow(closed)).isEqualTo(FollowedBatch.End.UNREAD);
        }
    }

    @Nested
    class ADatabaseThatCannotBeReadForAWhile {
        private byte[] log = {};

        /** Stores rows and truncates the log, so that reading it fails. */
        private void storeAndBreak(List<Row> rows) {
            store(rows);
            try {
                log = Files.readAllBytes(logFile());
                Files.write(logFile(), new byte[0]);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void repair() {
            try {
                Files.write(logFile(), log);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private Path logFile() {
            return folder.resolve("millrace.db-wal");
        }

        @Test
        void delaysTheResultsAndIsReportedOnce() throws Exception {
            store(job(1));
            store(manifest(3));
            later(List.of());
            events.add(() -> storeAndBreak(job(2)));
            events.add(this::repair);
            events.add(() -> storeAndBreak(List.of()));
            events.add(this::repair);
            later(job(3));
            later(List.of());

            assertThat(follow(out)).isEqualTo(FollowedBatch.End.COMPLETE);
            assertThat(out.toString(UTF_8)).isEqualTo("{\"line\":1}\n{\"line\":2}\n{\"line\":3}\n");
            assertThat(err.toString(UTF_8).lines())
                    .singleElement()
                    .asString()
                    .endsWith("trying again until it works");
        }
    }

    @Nested
    class ABatchWithoutAnEnd {
        @Test
        void isAwaitedWithOneMessage() throws Exception {
            later(List.of());
            later(List.of());

            assertThat(follow(out)).isEqualTo(FollowedBatch.End.STOPPED);
            assertThat(err.toString(UTF_8).lines())
                    .containsExactly(
                            "nothing is stored for batch \"b\" of tenant \"default\" yet; waiting");
        }

        @Test
        void withoutAManifestSaysHowToStop() throws Exception {
            store(job(1));
            later(List.of());
            later(List.of());

            assertThat(follow(out)).isEqualTo(FollowedBatch.End.STOPPED);
            assertThat(err.toString(UTF_8).lines())
                    .singleElement()
                    .asString()
                    .contains("Ctrl-C ends this command");
        }
    }
}
