package dev.millrace.store.database;

import static dev.millrace.store.fixture.Records.RESULTS_0;
import static dev.millrace.store.fixture.Records.result;
import static dev.millrace.store.fixture.Records.resultRow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.contracts.result.ResultView;
import dev.millrace.store.fixture.Records;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.RecordPosition;
import dev.millrace.store.row.Row;
import dev.millrace.store.row.StoreTransaction;
import dev.millrace.testclusters.PostgresServer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RejectedRowsIT {
    private static final int ROWS = 12;

    @TempDir Path folder;

    private static DatabaseWriter writer(TestDatabase database) throws DatabaseException {
        var writer =
                new DatabaseWriter(Database.of(database.url()), InstantSource.fixed(Records.NOON));
        writer.add(Map.of(RESULTS_0, 0L));
        return writer;
    }

    private static PostgresServer postgresql() throws Exception {
        Optional<Path> binaries = PostgresServer.binaries();
        assumeTrue(binaries.isPresent(), "PostgreSQL's initdb and pg_ctl are not on this machine");
        return PostgresServer.start(binaries.orElseThrow());
    }

    private static List<Row> rows() {
        var rows = new ArrayList<Row>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(resultRow(i, result("b", i, "x")));
        }
        return rows;
    }

    private static WriteOutcome store(DatabaseWriter writer, List<Row> rows) {
        return writer.store(
                new StoreTransaction(rows, List.of(new OffsetChange(RESULTS_0, 0, ROWS))));
    }

    @Nested
    class ARowRejectedAtCommit {
        @Test
        void isStoredAsUnreadableBesideOtherRows() throws Exception {
            PostgresServer server = postgresql();
            TestDatabase database = new TestDatabase(server.newDatabase());
            try (var writer = writer(database)) {
                database.execute(
                        "ALTER TABLE results ADD CONSTRAINT line_once UNIQUE (line)"
                                + " DEFERRABLE INITIALLY DEFERRED");
                List<Row> rows = rows();
                rows.set(5, resultRow(5, result("again", 4, "y")));

                assertThat(store(writer, rows)).isInstanceOf(WriteOutcome.Done.class);
                assertThat(database.rows("SELECT COUNT(*) FROM results")).containsExactly("11");
                assertThat(database.rows("SELECT kafka_offset FROM unreadable"))
                        .containsExactly("5");
            } finally {
                server.close();
            }
        }
    }

    @Nested
    class ASqliteTriggerThatRollsBack {
        @Test
        void rejectsOnlyItsRows() throws Exception {
            TestDatabase database = TestDatabase.sqlite(folder);
            try (var writer = writer(database)) {
                database.execute(
                        "CREATE TRIGGER t BEFORE INSERT ON results WHEN NEW.line IN (5, 9)"
                                + " BEGIN SELECT RAISE(ROLLBACK, 'not this line'); END");

                assertThat(store(writer, rows())).isInstanceOf(WriteOutcome.Done.class);
                assertThat(database.rows("SELECT COUNT(*) FROM results")).containsExactly("10");
                assertThat(
                                database.rows(
                                        "SELECT kafka_offset FROM unreadable"
                                                + " WHERE problem LIKE '%not this line%'"
                                                + " ORDER BY 1"))
                        .containsExactly("5", "9");
                assertThat(writer.offsets(List.of(RESULTS_0)))
                        .isEqualTo(Map.of(RESULTS_0, (long) ROWS));
            }
        }
    }

    @Nested
    class ARecordTimeThatPostgresqlCannotStore {
        @Test
        void isStoredAsPostgresqlsLatestTime() throws Exception {
            PostgresServer server = postgresql();
            TestDatabase database = new TestDatabase(server.newDatabase());
            try (var writer = writer(database)) {
                List<Row> rows = rows();
                byte[] value = result("b", 5, "x");
                var position =
                        new RecordPosition(RESULTS_0, 5, Instant.ofEpochMilli(Long.MAX_VALUE));
                rows.set(5, new Row.Result(position, ResultView.read(value), value));

                assertThat(store(writer, rows)).isEqualTo(new WriteOutcome.Done(rows));
                assertThat(
                                database.rows(
                                        "SELECT line, EXTRACT(YEAR FROM finished_at AT TIME ZONE 'UTC') FROM results"
                                                + " WHERE finished_at > '9999-12-31'"))
                        .containsExactly("5|294276");
            } finally {
                server.close();
            }
        }
    }
}
