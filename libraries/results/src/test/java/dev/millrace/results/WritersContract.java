package dev.millrace.results;

import static dev.millrace.store.fixture.Records.COSTS_0;
import static dev.millrace.store.fixture.Records.NOON;
import static dev.millrace.store.fixture.Records.RESULTS_0;
import static dev.millrace.store.fixture.Records.cost;
import static dev.millrace.store.fixture.Records.costRow;
import static dev.millrace.store.fixture.Records.jobId;
import static dev.millrace.store.fixture.Records.result;
import static dev.millrace.store.fixture.Records.resultRow;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.database.FailureKind;
import dev.millrace.store.database.WriteOutcome;
import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.PartitionId;
import dev.millrace.store.row.RecordPosition;
import dev.millrace.store.row.Row;
import dev.millrace.store.row.StoreTransaction;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests of writing that both databases must pass. */
abstract class WritersContract extends StoreContract {
    @Nested
    class AnUnreadableRecord {
        @Test
        void keepsItsBytes() throws Exception {
            store(
                    List.of(
                            new Row.Unreadable(
                                    new RecordPosition(RESULTS_0, 4, NOON),
                                    "a result must be JSON",
                                    null,
                                    new byte[] {0, -1})),
                    new OffsetChange(RESULTS_0, 0, 5));
            assertThat(
                            database.rows(
                                    "SELECT topic, kafka_partition, kafka_offset, problem,"
                                            + " octet_length(value) FROM unreadable"))
                    .containsExactly("millrace.results|0|4|a result must be JSON|2");
        }
    }

    @Nested
    class ALargeValue {
        private final byte[] large = result("b", 1, "answer ".repeat(10_000));

        @Test
        void takesLessSpaceAndIsReadUnchanged() throws Exception {
            storeResults(large, result("b", 2, "x"));

            assertThat(
                            database.rows(
                                    "SELECT value_bytes, octet_length(value) < 5000 FROM results"
                                            + " WHERE line = 1 AND value_bytes IS NOT NULL"))
                    .hasSize(1);
            assertThat(database.rows("SELECT value_bytes FROM results WHERE line = 2"))
                    .containsExactly("null");
            try (var store = ResultStore.open(database.url())) {
                assertThat(store.findAll(List.of(jobId("b", 1))))
                        .singleElement()
                        .satisfies(it -> assertThat(it.value()).isEqualTo(large));
            }
        }

        @Test
        void ofADeadLetterIsReadUnchanged() throws Exception {
            storeLetter(large);
            storeLetter("short".getBytes(UTF_8));

            try (var store = ResultStore.open(database.url())) {
                assertThat(store.findDeadLetter("b", large.length).orElseThrow().value())
                        .isEqualTo(large);
                assertThat(store.findDeadLetter("b", 5).orElseThrow().value())
                        .isEqualTo("short".getBytes(UTF_8));
            }
        }

        /** Stores a dead letter at an offset and line that equal the length of its value. */
        private void storeLetter(byte[] value) {
            var letter =
                    new DeadLetter(
                            "malformed_request",
                            "why",
                            "millrace.requests",
                            3,
                            70,
                            "default",
                            "b",
                            (long) value.length,
                            null);
            var partition = new PartitionId("cluster", "millrace.dead-letters", "topic-id-d", 3);
            var position = new RecordPosition(partition, value.length, NOON);
            store(List.of(new Row.Letter(position, letter, null, value)));
        }

        @Test
        void isReadAsStoredByAnEarlierVersion() throws Exception {
            storeResults(result("b", 1, "x"));
            var hex = HexFormat.of().formatHex(large);
            boolean isSqlite = database.url().startsWith("jdbc:sqlite:");
            database.execute(
                    "UPDATE results SET value_bytes = NULL, value = "
                            + (isSqlite ? "x'" + hex + "'" : "'\\x" + hex + "'"));
            try (var store = ResultStore.open(database.url())) {
                assertThat(store.findAll(List.of(jobId("b", 1))))
                        .singleElement()
                        .satisfies(it -> assertThat(it.value()).isEqualTo(large));
            }
        }
    }

    @Nested
    class ARejectedRow {
        private static final int ROWS = 12;

        /**
         * Makes the database reject a second result of a line. Uses an index, the only constraint
         * that SQLite can add later.
         */
        private void allowEachLineOnce() throws Exception {
            database.execute("CREATE UNIQUE INDEX line_once ON results (line)");
        }

        private List<Row> rowsWithTheLineOf(long repeated, int... places) {
            var rows = new ArrayList<Row>();
            for (int i = 0; i < ROWS; i++) {
                rows.add(resultRow(i, result("b", 100 + i, "x")));
            }
            for (int position : places) {
                rows.set(position, resultRow(position, result("again-" + position, repeated, "y")));
            }
            return rows;
        }

        @Test
        void isStoredAsUnreadableWithItsBytesBesideOtherRows() throws Exception {
            allowEachLineOnce();
            storeResults(result("a", 1, "x"));
            List<Row> rows = rowsWithTheLineOf(1, 5, 6);

            WriteOutcome stored = store(rows, new OffsetChange(RESULTS_0, 1, 1 + ROWS));

            assertThat(stored)
                    .isInstanceOfSatisfying(
                            WriteOutcome.Done.class,
                            it ->
                                    assertThat(it.rows())
                                            .hasSize(ROWS)
                                            .filteredOn(Row.Unreadable.class::isInstance)
                                            .hasSize(2));
            assertThat(database.rows("SELECT COUNT(*) FROM results"))
                    .containsExactly(String.valueOf(1 + ROWS - 2));
            byte[] value = ((Row.Result) rows.get(5)).value();
            assertThat(
                            database.rows(
                                    "SELECT kafka_offset, octet_length(value) FROM unreadable"
                                            + " WHERE kafka_offset = 5 AND"
                                            + " problem LIKE 'the database rejected the row: %'"))
                    .containsExactly("5|" + value.length);
            assertThat(database.rows("SELECT problem FROM unreadable WHERE kafka_offset = 5"))
                    .allSatisfy(it -> assertThat(it).hasSizeLessThan(200).doesNotContain("custom"));
            assertThat(writer.offsets(List.of(RESULTS_0))).isEqualTo(Map.of(RESULTS_0, 1L + ROWS));
        }

        @Test
        void failsTheTransactionIfTooManyAreRejected() throws Exception {
            allowEachLineOnce();
            storeResults(result("a", 1, "x"));
            List<Row> rows = rowsWithTheLineOf(1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

            WriteOutcome stored = store(rows, new OffsetChange(RESULTS_0, 1, 1 + ROWS));

            assertThat(stored)
                    .isInstanceOfSatisfying(
                            WriteOutcome.Failed.class,
                            it ->
                                    assertThat(it.reason().kind())
                                            .isEqualTo(FailureKind.ROW_REJECTED));
            assertThat(database.rows("SELECT COUNT(*) FROM unreadable")).containsExactly("0");
            assertThat(writer.offsets(List.of(RESULTS_0))).isEqualTo(Map.of(RESULTS_0, 1L));
        }
    }

    @Nested
    class TwoWriters {
        @Test
        void theSlowerWriterStoresNothing() throws Exception {
            storeResults(result("b", 1, "x"));
            try (var stale = newWriter()) {
                WriteOutcome stored =
                        stale.store(
                                new StoreTransaction(
                                        List.of(resultRow(0, result("b", 2, "stale"))),
                                        List.of(new OffsetChange(RESULTS_0, 0, 1))));
                assertThat(stored).isInstanceOf(WriteOutcome.Stale.class);
                assertThat(((WriteOutcome.Stale) stored).detail())
                        .contains("millrace.results-0", "offset 1", "0 was expected");
            }
            assertThat(database.rows("SELECT line FROM results")).containsExactly("1");
        }

        @Test
        void oneMismatchRejectsTheWholeTransaction() throws Exception {
            storeResults(result("b", 1, "x"));
            try (var stale = newWriter()) {
                assertThat(
                                stale.store(
                                        new StoreTransaction(
                                                List.of(costRow(0, cost("b", 1, "1"))),
                                                List.of(
                                                        new OffsetChange(COSTS_0, 0, 1),
                                                        new OffsetChange(RESULTS_0, 0, 1)))))
                        .isInstanceOf(WriteOutcome.Stale.class);
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
        void areUnknownForAnotherClusterOrARecreatedTopic() throws Exception {
            storeResults(result("b", 1, "x"));
            var otherCluster = new PartitionId("other", "millrace.results", "topic-id-r", 0);
            var otherTopic = new PartitionId("cluster", "millrace.results", "recreated", 0);
            assertThat(writer.offsets(List.of(otherCluster, otherTopic))).isEmpty();
        }

        @Test
        void areNotResetByAddingThemAgain() throws Exception {
            storeResults(result("b", 1, "x"));
            writer.add(Map.of(RESULTS_0, 0L));
            assertThat(writer.offsets(List.of(RESULTS_0))).isEqualTo(Map.of(RESULTS_0, 1L));
        }
    }

    @Nested
    class TheTables {
        @Test
        void areCreatedOnce() throws Exception {
            Database.of(database.url()).migrate();
            assertThat(database.rows("SELECT MAX(version), COUNT(*) FROM millrace_schema"))
                    .containsExactly("4|4");
        }

        @Test
        void areCreatedTogetherOrNotAtAll() throws Exception {
            writer.close();
            database.execute("DROP TABLE millrace_schema");
            database.execute("DROP TABLE offsets");

            assertThatThrownBy(() -> Database.of(database.url()).migrate())
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("results");

            assertThatThrownBy(() -> database.rows("SELECT * FROM offsets"))
                    .hasMessageContaining("offsets");
        }

        @Test
        void areNotWrittenIfOfALaterVersion() throws Exception {
            writer.close();
            database.execute("INSERT INTO millrace_schema VALUES (99, 'V99__later.sql')");
            assertThatThrownBy(() -> Database.of(database.url()).migrate())
                    .isInstanceOfSatisfying(
                            DatabaseException.class,
                            e -> assertThat(e.kind()).isEqualTo(FailureKind.UNUSABLE))
                    .hasMessageContaining("later Millrace")
                    .hasMessageContaining("99");
        }

        @Test
        void areReadIfOfALaterVersion() throws Exception {
            storeResults(result("b", 1, "x"));
            database.execute("INSERT INTO millrace_schema VALUES (99, 'V99__later.sql')");
            try (var store = ResultStore.open(database.url())) {
                assertThat(store.findAll(List.of(jobId("b", 1)))).hasSize(1);
            }
        }

        @Test
        void causeAPermanentFailureIfDropped() throws Exception {
            writer.close();
            database.execute("DROP TABLE results");
            WriteOutcome stored =
                    store(
                            List.of(resultRow(0, result("b", 1, "x"))),
                            new OffsetChange(RESULTS_0, 0, 1));
            assertThat(stored)
                    .isInstanceOfSatisfying(
                            WriteOutcome.Failed.class,
                            it ->
                                    assertThat(it.reason().kind())
                                            .isEqualTo(FailureKind.STATEMENT_REJECTED));
        }
    }
}
