package dev.millrace.sink.store;

import static dev.millrace.sink.fixture.Records.COSTS_0;
import static dev.millrace.sink.fixture.Records.LETTERS_0;
import static dev.millrace.sink.fixture.Records.NOON;
import static dev.millrace.sink.fixture.Records.RESULTS_0;
import static dev.millrace.sink.fixture.Records.cost;
import static dev.millrace.sink.fixture.Records.costRow;
import static dev.millrace.sink.fixture.Records.jobId;
import static dev.millrace.sink.fixture.Records.result;
import static dev.millrace.sink.fixture.Records.resultRow;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.sink.database.Database;
import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.database.DatabaseWriter;
import dev.millrace.sink.database.FailureKind;
import dev.millrace.sink.database.Stored;
import dev.millrace.sink.fixture.Records;
import dev.millrace.sink.fixture.TestDatabase;
import dev.millrace.sink.row.Move;
import dev.millrace.sink.row.Partition;
import dev.millrace.sink.row.Place;
import dev.millrace.sink.row.Row;
import dev.millrace.sink.row.Turn;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What both databases must do alike; the classes that extend it say which one. */
abstract class StoreContract {
    private static final BatchKey BATCH = BatchKey.of("b");

    private TestDatabase database = new TestDatabase("");
    private DatabaseWriter writer =
            new DatabaseWriter(Database.of("jdbc:sqlite:unused"), InstantSource.fixed(NOON));

    /** A new, empty one. */
    abstract TestDatabase newDatabase() throws Exception;

    @BeforeEach
    void openDatabase() throws Exception {
        database = newDatabase();
        writer = newWriter();
        writer.add(Map.of(RESULTS_0, 0L, COSTS_0, 0L, LETTERS_0, 0L));
    }

    @AfterEach
    void closeDatabase() {
        writer.close();
    }

    private DatabaseWriter newWriter() {
        return new DatabaseWriter(Database.of(database.url()), InstantSource.fixed(NOON));
    }

    private Stored store(List<? extends Row> rows, Move... moves) {
        return writer.store(new Turn(List.copyOf(rows), List.of(moves)));
    }

    /** Stores results at the offsets from 0 on. */
    private void storeResults(byte[]... values) {
        var rows = new ArrayList<Row>();
        for (byte[] value : values) {
            rows.add(resultRow(rows.size(), value));
        }
        assertThat(store(rows, new Move(RESULTS_0, 0, rows.size()))).isEqualTo(new Stored.Done());
    }

    private static Row.Letter letter(
            long offset, @Nullable String tenant, @Nullable Long line, String reason) {
        return new Row.Letter(
                new Place(LETTERS_0, offset, NOON.plusMillis(offset)),
                new DeadLetter(
                        reason,
                        "why",
                        "millrace.requests",
                        3,
                        70 + offset,
                        tenant,
                        "b",
                        line,
                        null),
                null,
                ("line " + line).getBytes(UTF_8));
    }

    @Nested
    class OneResult {
        @Test
        void comesBackByteForByte() throws Exception {
            byte[] value = result("b", 7, "Grüße 😀");
            storeResults(value);
            try (var store = ResultStore.open(database.url())) {
                StoredResult found = store.find(jobId("b", 7)).orElseThrow();
                assertThat(found.value()).isEqualTo(value);
                assertThat(found.view()).isEqualTo(ResultView.read(value));
                assertThat(found.finishedAt()).isEqualTo(NOON);
            }
        }

        @Test
        void isNotFoundByAnotherId() throws Exception {
            storeResults(result("b", 7, "x"));
            try (var store = ResultStore.open(database.url())) {
                assertThat(store.find(jobId("b", 8))).isEmpty();
            }
        }

        @Test
        void isReplacedByALaterOneOfTheSameJobInTheSameTurn() throws Exception {
            storeResults(result("b", 7, "early"), result("b", 7, "late"));
            assertThat(database.rows("SELECT COUNT(*) FROM results")).containsExactly("1");
            try (var store = ResultStore.open(database.url())) {
                assertThat(Records.text(store.find(jobId("b", 7)).orElseThrow().value()))
                        .contains("late");
            }
        }

        @Test
        void isReplacedByALaterOneOfTheSameJobInALaterTurn() throws Exception {
            storeResults(result("b", 7, "early"));
            store(List.of(resultRow(1, result("b", 7, "late"))), new Move(RESULTS_0, 1, 2));
            try (var store = ResultStore.open(database.url())) {
                assertThat(Records.text(store.find(jobId("b", 7)).orElseThrow().value()))
                        .contains("late");
            }
        }

        @Test
        void mayBeOfSixteenMebibytes() throws Exception {
            byte[] value = result("b", 1, "x".repeat(16 * 1024 * 1024));
            storeResults(value);
            try (var store = ResultStore.open(database.url())) {
                assertThat(Arrays.equals(store.find(jobId("b", 1)).orElseThrow().value(), value))
                        .isTrue();
            }
        }

        @Test
        void mayHoldTextThatADatabaseRefuses() throws Exception {
            ResultView view =
                    new ResultView(
                            jobId("b", 1).value(),
                            "nul \0 half \ud83d",
                            "default",
                            "b",
                            null,
                            null,
                            "of_a_later_version",
                            null,
                            null,
                            0,
                            BigDecimal.ZERO,
                            0,
                            0);
            store(
                    List.of(new Row.Result(new Place(RESULTS_0, 0, NOON), view, new byte[] {1})),
                    new Move(RESULTS_0, 0, 1));
            assertThat(database.rows("SELECT custom_id FROM results"))
                    .containsExactly("nul \ufffd half \ufffd");
        }
    }

    @Nested
    class ManyResults {
        @Test
        void areFoundByTheirIdsInAnyNumber() throws Exception {
            var values = new byte[1_200][];
            var ids = new ArrayList<JobId>();
            for (int i = 0; i < values.length; i++) {
                values[i] = result("b", i + 1, "n" + i);
                ids.add(jobId("b", i + 1));
            }
            storeResults(values);
            ids.add(jobId("b", 5_000));
            try (var store = ResultStore.open(database.url())) {
                assertThat(store.findAll(ids)).hasSize(1_200);
                assertThat(store.views(ids)).hasSize(1_200).doesNotContainKey(jobId("b", 5_000));
            }
        }

        @Test
        void areExportedInTheOrderOfTheirLines() throws Exception {
            var lines = new ArrayList<Integer>();
            for (int line = 1; line <= 1_500; line++) {
                lines.add(line);
            }
            Collections.shuffle(lines, new Random(7));
            storeResults(
                    lines.stream()
                            .map(line -> result("b", line, "a" + line))
                            .toArray(byte[][]::new));
            var out = new ByteArrayOutputStream();
            try (var store = ResultStore.open(database.url())) {
                assertThat(store.exportInOrder(BATCH, out)).isEqualTo(1_500);
            }
            List<String> exported = out.toString(UTF_8).lines().toList();
            assertThat(exported).hasSize(1_500);
            for (int i = 0; i < exported.size(); i++) {
                assertThat(ResultView.read(exported.get(i).getBytes(UTF_8)).line())
                        .isEqualTo(i + 1L);
            }
        }

        @Test
        void areExportedWhenTheirValuesExceedAPage() throws Exception {
            var values = new byte[7][];
            for (int i = 0; i < values.length; i++) {
                values[i] = result("b", i + 1, "y".repeat(1_500_000));
            }
            storeResults(values);
            var lines = new ArrayList<Long>();
            try (var store = ResultStore.open(database.url())) {
                store.forEachInOrder(BATCH, it -> lines.add(it.view().line()));
            }
            assertThat(lines).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
        }

        @Test
        void ofOneLineAreAllExported() throws Exception {
            storeResults(result("b", 1, "x"), result("other", 1, "not this"));
            database.execute("UPDATE results SET batch = 'b', line = 1 WHERE batch = 'other'");
            try (var store = ResultStore.open(database.url())) {
                assertThat(store.exportInOrder(BATCH, new ByteArrayOutputStream())).isEqualTo(2);
            }
        }

        @Test
        void withoutALineComeLast() throws Exception {
            storeResults(result("b", 1, "x"), result("b", 2, "y"), result("b", 3, "z"));
            database.execute("UPDATE results SET line = NULL WHERE line < 3");
            var lines = new ArrayList<@Nullable Long>();
            try (var store = ResultStore.open(database.url())) {
                store.forEachInOrder(BATCH, it -> lines.add(it.view().line()));
            }
            assertThat(lines).containsExactly(3L, null, null);
        }

        @Test
        void ofOtherBatchesAndTenantsStayOut() throws Exception {
            storeResults(result("b", 1, "x"), result("c", 2, "y"), result("b", 3, "z"));
            database.execute("UPDATE results SET tenant = 'acme' WHERE line = 3");
            try (var store = ResultStore.open(database.url())) {
                assertThat(store.exportInOrder(BATCH, new ByteArrayOutputStream())).isEqualTo(1);
                assertThat(store.progress(new BatchKey("acme", "b")).results()).isEqualTo(1);
            }
        }
    }

    @Nested
    class Costs {
        @Test
        void areSummedToTheLastDigit() throws Exception {
            store(
                    List.of(
                            costRow(0, cost("b", 1, "0.1")),
                            costRow(1, cost("b", 2, "0.2")),
                            costRow(2, cost("b", 3, "0.0000000000000000001")),
                            costRow(3, cost("b", 4, "9000000000.000001"))),
                    new Move(COSTS_0, 0, 4));
            try (var store = ResultStore.open(database.url())) {
                BatchSummary summary = store.summary(BATCH);
                assertThat(summary.billedUsd())
                        .isEqualTo(new BigDecimal("9000000000.3000010000000000001"));
                assertThat(summary.usage()).isEqualTo(new TokenUsage(400, 80, 0, 120, 40));
            }
        }

        @Test
        void thatAreUncertainAreSummedApart() throws Exception {
            store(
                    List.of(
                            costRow(0, cost("b", 1, 1, CostKind.UNCERTAIN, "0.5")),
                            costRow(1, cost("b", 1, 2, CostKind.BILLED, "0.25")),
                            costRow(2, cost("b", 2, 0, CostKind.NONE, "0"))),
                    new Move(COSTS_0, 0, 3));
            try (var store = ResultStore.open(database.url())) {
                ModelSummary model = store.summary(BATCH).byModel().getFirst();
                assertThat(model.billedUsd()).isEqualTo(new BigDecimal("0.25"));
                assertThat(model.uncertainUsd()).isEqualTo(new BigDecimal("0.5"));
                assertThat(model.uncertainAttempts()).isEqualTo(1);
            }
        }

        @Test
        void countOnceWhenTheSameEventIsReadFromACopyOfTheTopic() throws Exception {
            Row.Cost once = costRow(0, cost("b", 1, "0.5"));
            Partition copied = new Partition("restored", "millrace.costs", "another-id", 0);
            Row.Cost again =
                    new Row.Cost(new Place(copied, 17, once.place().recordedAt()), once.event());
            store(List.of(once), new Move(COSTS_0, 0, 1));
            writer.add(Map.of(copied, 17L));
            store(List.of(again), new Move(copied, 17, 18));
            try (var store = ResultStore.open(database.url())) {
                assertThat(store.summary(BATCH).billedUsd()).isEqualTo(new BigDecimal("0.5"));
            }
        }

        @Test
        void countTwiceWhenTheJobWasDoneAgainLater() throws Exception {
            store(
                    List.of(costRow(0, cost("b", 1, "0.5")), costRow(1, cost("b", 1, "0.5"))),
                    new Move(COSTS_0, 0, 2));
            try (var store = ResultStore.open(database.url())) {
                assertThat(store.summary(BATCH).billedUsd()).isEqualTo(new BigDecimal("1"));
            }
        }
    }

    @Nested
    class ASummary {
        @Test
        void countsByErrorAndByModel() throws Exception {
            storeResults(
                    result("b", 1, "x"),
                    result("b", 2, "x", ErrorCode.TIMEOUT, 5, "0"),
                    result("b", 3, "x", ErrorCode.TIMEOUT, 5, "0"),
                    result("b", 4, "x", ErrorCode.VALIDATION_ERROR, 5, "0"));
            store(List.of(letter(0, "default", 5L, "duplicate")), new Move(LETTERS_0, 0, 1));
            try (var store = ResultStore.open(database.url())) {
                BatchSummary summary = store.summary(BATCH);
                assertThat(summary.results()).isEqualTo(4);
                assertThat(summary.succeeded()).isEqualTo(1);
                assertThat(summary.failedByError())
                        .isEqualTo(Map.of("timeout", 2L, "validation_error", 1L));
                assertThat(summary.deadLettersByReason()).isEqualTo(Map.of("duplicate", 1L));
                assertThat(summary.byModel()).hasSize(1);
                assertThat(summary.byModel().getFirst().jobs()).isEqualTo(4);
                assertThat(store.progress(BATCH)).isEqualTo(new BatchProgress(4, 3, 1));
            }
        }

        @Test
        void tellsPercentilesOfRealDurations() throws Exception {
            var values = new byte[100][];
            for (int i = 0; i < 100; i++) {
                values[i] = result("b", i + 1, "x", null, 10L * (i + 1), "0");
            }
            storeResults(values);
            try (var store = ResultStore.open(database.url())) {
                assertThat(store.summary(BATCH).upstream())
                        .isEqualTo(new Percentiles(100, 500, 950, 1_000));
                assertThat(store.summary(BATCH).queued())
                        .isEqualTo(new Percentiles(100, 41, 41, 41));
            }
        }

        @Test
        void ofNothingIsEmpty() throws Exception {
            try (var store = ResultStore.open(database.url())) {
                BatchSummary summary = store.summary(BATCH);
                assertThat(summary.results()).isZero();
                assertThat(summary.billedUsd()).isEqualTo(BigDecimal.ZERO);
                assertThat(summary.upstream()).isEqualTo(new Percentiles(0, 0, 0, 0));
            }
        }
    }

    @Nested
    class DeadLetters {
        @Test
        void areFoundByTheirLine() throws Exception {
            store(
                    List.of(
                            letter(0, "default", 5L, "duplicate"),
                            letter(1, null, 6L, "duplicate")),
                    new Move(LETTERS_0, 0, 2));
            try (var store = ResultStore.open(database.url())) {
                StoredDeadLetter found = store.findDeadLetter(BATCH, 6).orElseThrow();
                assertThat(found.letter()).isEqualTo(letter(1, null, 6L, "duplicate").letter());
                assertThat(found.key()).isNull();
                assertThat(found.value()).isEqualTo("line 6".getBytes(UTF_8));
                assertThat(store.findDeadLetter(BATCH, 7)).isEmpty();
            }
        }

        @Test
        void areListedByLineTheLatestFirst() throws Exception {
            store(
                    List.of(
                            letter(0, "default", null, "malformed_request"),
                            letter(1, "default", 9L, "first"),
                            letter(2, "default", 9L, "second"),
                            letter(3, "default", 2L, "duplicate")),
                    new Move(LETTERS_0, 0, 4));
            var reasons = new ArrayList<String>();
            try (var store = ResultStore.open(database.url())) {
                store.forEachDeadLetter(BATCH, it -> reasons.add(it.letter().reason()));
            }
            assertThat(reasons)
                    .containsExactly("duplicate", "second", "first", "malformed_request");
        }
    }

    @Nested
    class AnUnreadableRecord {
        @Test
        void keepsItsBytes() throws Exception {
            store(
                    List.of(
                            new Row.Unreadable(
                                    new Place(RESULTS_0, 4, NOON),
                                    "a result must be JSON",
                                    null,
                                    new byte[] {0, -1})),
                    new Move(RESULTS_0, 0, 5));
            assertThat(
                            database.rows(
                                    "SELECT topic, kafka_partition, kafka_offset, problem,"
                                            + " octet_length(value) FROM unreadable"))
                    .containsExactly("millrace.results|0|4|a result must be JSON|2");
        }
    }

    @Nested
    class TwoWriters {
        @Test
        void theSlowerOneIsRefusedAndStoresNothing() throws Exception {
            storeResults(result("b", 1, "x"));
            try (var stale = newWriter()) {
                Stored stored =
                        stale.store(
                                new Turn(
                                        List.of(resultRow(0, result("b", 2, "stale"))),
                                        List.of(new Move(RESULTS_0, 0, 1))));
                assertThat(stored).isInstanceOf(Stored.Stale.class);
                assertThat(((Stored.Stale) stored).detail())
                        .contains("millrace.results-0", "offset 1", "0 was expected");
            }
            assertThat(database.rows("SELECT line FROM results")).containsExactly("1");
        }

        @Test
        void oneMisfitAmongManyRefusesTheWholeTurn() throws Exception {
            storeResults(result("b", 1, "x"));
            try (var stale = newWriter()) {
                assertThat(
                                stale.store(
                                        new Turn(
                                                List.of(costRow(0, cost("b", 1, "1"))),
                                                List.of(
                                                        new Move(COSTS_0, 0, 1),
                                                        new Move(RESULTS_0, 0, 1)))))
                        .isInstanceOf(Stored.Stale.class);
                assertThat(stale.offsets(List.of(COSTS_0, RESULTS_0)))
                        .isEqualTo(Map.of(COSTS_0, 0L, RESULTS_0, 1L));
            }
            assertThat(database.rows("SELECT COUNT(*) FROM costs")).containsExactly("0");
        }
    }

    @Nested
    class Offsets {
        @Test
        void areKnownToTheNextWriter() throws Exception {
            storeResults(result("b", 1, "x"), result("b", 2, "x"));
            writer.close();
            try (var next = newWriter()) {
                assertThat(next.offsets(List.of(RESULTS_0))).isEqualTo(Map.of(RESULTS_0, 2L));
            }
        }

        @Test
        void ofAnotherClusterOrARecreatedTopicAreUnknown() throws Exception {
            storeResults(result("b", 1, "x"));
            var otherCluster = new Partition("other", "millrace.results", "topic-id-r", 0);
            var otherTopic = new Partition("cluster", "millrace.results", "recreated", 0);
            assertThat(writer.offsets(List.of(otherCluster, otherTopic))).isEmpty();
        }

        @Test
        void areNotSetBackByAddingThemAgain() throws Exception {
            storeResults(result("b", 1, "x"));
            writer.add(Map.of(RESULTS_0, 0L));
            assertThat(writer.offsets(List.of(RESULTS_0))).isEqualTo(Map.of(RESULTS_0, 1L));
        }
    }

    @Nested
    class TheTables {
        @Test
        void areMadeOnce() throws Exception {
            Database.of(database.url()).migrate();
            assertThat(database.rows("SELECT version, script FROM millrace_schema"))
                    .containsExactly("1|V1__results.sql");
        }

        @Test
        void ofALaterVersionAreRefused() throws Exception {
            writer.close();
            database.execute("INSERT INTO millrace_schema VALUES (99, 'V99__later.sql')");
            assertThatThrownBy(() -> Database.of(database.url()).migrate())
                    .isInstanceOfSatisfying(
                            DatabaseException.class,
                            e -> assertThat(e.kind()).isEqualTo(FailureKind.UNUSABLE))
                    .hasMessageContaining("later Millrace")
                    .hasMessageContaining("99");
            assertThatThrownBy(() -> ResultStore.open(database.url()))
                    .hasMessageContaining("later Millrace");
        }

        @Test
        void thatSomebodyDroppedAreAFailureThatDoesNotHeal() throws Exception {
            writer.close();
            database.execute("DROP TABLE results");
            Stored stored =
                    store(List.of(resultRow(0, result("b", 1, "x"))), new Move(RESULTS_0, 0, 1));
            assertThat(stored)
                    .isInstanceOfSatisfying(
                            Stored.Failed.class,
                            it -> assertThat(it.reason().kind()).isEqualTo(FailureKind.REFUSED));
        }
    }
}
