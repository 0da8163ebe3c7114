package dev.millrace.store.database;

import static dev.millrace.store.fixture.Records.COSTS_0;
import static dev.millrace.store.fixture.Records.cost;
import static dev.millrace.store.fixture.Records.costRow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.store.database.FlakyCommits.Moment;
import dev.millrace.store.fixture.Records;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.StoreTransaction;
import dev.millrace.testclusters.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseWriterIT {
    private static final StoreTransaction TURN =
            new StoreTransaction(
                    List.of(costRow(0, cost("b", 1, "0.5"))),
                    List.of(new OffsetChange(COSTS_0, 0, 1)));

    @TempDir Path folder;

    private static DatabaseWriter writer(Database database) {
        return new DatabaseWriter(database, InstantSource.fixed(Records.NOON));
    }

    private static FailureKind failure(WriteOutcome stored) {
        return ((WriteOutcome.Failed) stored).reason().kind();
    }

    @Nested
    class ACommitWithALostResponse {
        private void storesOnce(Moment moment) throws Exception {
            TestDatabase file = TestDatabase.sqlite(folder);
            var dialect = new FlakyCommits(new Sqlite(file.url()));
            try (var writer = writer(new Database(file.url(), dialect))) {
                writer.add(Map.of(COSTS_0, 0L));
                dialect.next = moment;
                assertThat(failure(writer.store(TURN))).isEqualTo(FailureKind.BUSY);
                assertThat(writer.store(TURN)).isEqualTo(new WriteOutcome.Done(TURN.rows()));
                assertThat(writer.offsets(List.of(COSTS_0))).isEqualTo(Map.of(COSTS_0, 1L));
            }
            assertThat(file.rows("SELECT COUNT(*) FROM costs")).containsExactly("1");
        }

        @Test
        void isNotRepeatedIfItSucceeded() throws Exception {
            storesOnce(Moment.AFTER);
        }

        @Test
        void isRepeatedIfItFailed() throws Exception {
            storesOnce(Moment.BEFORE);
        }
    }

    @Nested
    class APostgresqlState {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "57014", "57P05", "25P03", "58000", "58030", "58P01", "53000", "53100", "53200",
                    "53300", "53400", "55000", "55006", "55P03", "55P04", "XX000"
                })
        void isTransientIfWaitingCanHelp(String state) {
            var kind = new Postgresql("unused").kindOf(new SQLException("x", state));
            assertThat(kind.isTransient()).isTrue();
        }

        @ParameterizedTest
        @ValueSource(strings = {"XX001", "XX002", "42703", "42P01", "23505", "22003", "54000"})
        void isPermanentOtherwise(String state) {
            var kind = new Postgresql("unused").kindOf(new SQLException("x", state));
            assertThat(kind.isTransient()).isFalse();
        }
    }

    @Nested
    class ASqliteCode {
        /** NOMEM, INTERRUPT and PROTOCOL. */
        @ParameterizedTest
        @ValueSource(ints = {7, 9, 15})
        void isTransientIfWaitingCanHelp(int code) {
            var kind = new Sqlite("jdbc:sqlite:unused.db").kindOf(new SQLException("x", "", code));
            assertThat(kind.isTransient()).isTrue();
        }
    }

    @Nested
    class ACancelledPostgresqlStatement {
        @Test
        void isRepeated() throws Exception {
            Optional<Path> binaries = PostgresServer.binaries();
            assumeTrue(
                    binaries.isPresent(), "PostgreSQL's initdb and pg_ctl are not on this machine");
            PostgresServer server = PostgresServer.start(binaries.orElseThrow());
            TestDatabase database = new TestDatabase(server.newDatabase());
            String url = database.url() + "&options=-c%20statement_timeout=3000";
            try (var writer = writer(Database.of(url));
                    var other = DriverManager.getConnection(database.url());
                    var statement = other.createStatement()) {
                writer.add(Map.of(COSTS_0, 0L));
                other.setAutoCommit(false);
                statement.execute("LOCK TABLE costs IN ACCESS EXCLUSIVE MODE");
                assertThat(failure(writer.store(TURN))).isEqualTo(FailureKind.TIMED_OUT);
                other.rollback();
                assertThat(writer.store(TURN)).isEqualTo(new WriteOutcome.Done(TURN.rows()));
            }
            server.close();
        }
    }

    @Nested
    class AStoppedPostgresqlServer {
        @Test
        void isWaitedFor() throws Exception {
            Optional<Path> binaries = PostgresServer.binaries();
            assumeTrue(
                    binaries.isPresent(), "PostgreSQL's initdb and pg_ctl are not on this machine");
            PostgresServer server = PostgresServer.start(binaries.orElseThrow());
            TestDatabase database = new TestDatabase(server.newDatabase());
            try (var writer = writer(Database.of(database.url()))) {
                writer.add(Map.of(COSTS_0, 0L));
                server.stop();
                assertThat(failure(writer.store(TURN))).isEqualTo(FailureKind.DOWN);
                assertThat(failure(writer.store(TURN))).isEqualTo(FailureKind.DOWN);
                server.resume();
                assertThat(writer.store(TURN)).isEqualTo(new WriteOutcome.Done(TURN.rows()));
            }
            assertThat(database.rows("SELECT COUNT(*) FROM costs")).containsExactly("1");
            server.close();
        }
    }

    @Nested
    class AFileThatCannotBeCreated {
        @Test
        void isReportedInOneLineWithoutSecrets() throws Exception {
            Files.writeString(folder.resolve("a-file"), "");
            var writer = writer(Database.of("jdbc:sqlite:" + folder.resolve("a-file/x.db")));
            WriteOutcome stored = writer.store(TURN);
            assertThat(failure(stored)).isEqualTo(FailureKind.UNOPENABLE);
            assertThat(((WriteOutcome.Failed) stored).reason().getMessage())
                    .contains("a-file/x.db cannot be opened")
                    .doesNotContain("\n");
        }

        @Test
        void hidesThePassword() {
            assertThat(
                            Database.of("jdbc:postgresql://me:geheim@db/millrace?password=secret")
                                    .name())
                    .isEqualTo("jdbc:postgresql://db/millrace");
        }
    }
}
