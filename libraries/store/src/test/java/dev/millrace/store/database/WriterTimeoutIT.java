package dev.millrace.store.database;

import static dev.millrace.store.fixture.Records.COSTS_0;
import static dev.millrace.store.fixture.Records.cost;
import static dev.millrace.store.fixture.Records.costRow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.store.fixture.Records;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.store.row.OffsetChange;
import dev.millrace.store.row.StoreTransaction;
import dev.millrace.testclusters.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** Tests the time limits of writers on PostgreSQL. */
class WriterTimeoutIT {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofHours(1);
    private static final String BLOCKED =
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND wait_event_type = 'Lock'";
    private static final StoreTransaction TURN =
            new StoreTransaction(
                    List.of(costRow(0, cost("b", 1, "0.5"))),
                    List.of(new OffsetChange(COSTS_0, 0, 1)));

    private static @Nullable PostgresServer server;

    private TestDatabase database = new TestDatabase("");

    @BeforeAll
    static void startServer() throws Exception {
        Optional<Path> binaries = PostgresServer.binaries();
        assumeTrue(binaries.isPresent(), "PostgreSQL's initdb and pg_ctl are not on this machine");
        server = PostgresServer.start(binaries.orElseThrow());
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void createDatabase() throws Exception {
        database = new TestDatabase(Objects.requireNonNull(server).newDatabase());
    }

    private DatabaseWriter writer(Duration stallTimeout) {
        return new DatabaseWriter(
                database(database.url(), stallTimeout), InstantSource.fixed(Records.NOON));
    }

    private static Database database(String url, Duration stallTimeout) {
        return new Database(url, new Postgresql(url, SHORT, stallTimeout));
    }

    private static FailureKind failure(WriteOutcome stored) {
        return ((WriteOutcome.Failed) stored).reason().kind();
    }

    /** Opens the connection of another sink that has changed the offsets. */
    private Connection lockOffsets() throws SQLException {
        Connection other =
                DriverManager.getConnection(database.url() + "&ApplicationName=millrace-sink");
        other.setAutoCommit(false);
        try (Statement statement = other.createStatement()) {
            statement.execute("UPDATE offsets SET next_offset = next_offset");
        }
        return other;
    }

    /** Leaves the server waiting for data, as a sink that is suspended within a batch does. */
    private static void suspendInABatch(Connection other) throws SQLException {
        assertThat(
                        other.unwrap(PGConnection.class)
                                .getCopyAPI()
                                .copyIn("COPY offsets FROM STDIN")
                                .isActive())
                .isTrue();
    }

    @Test
    void aLockedOffsetIsWaitedForOnlyForTheLockTimeout() throws Exception {
        try (var writer = writer(LONG)) {
            writer.add(Map.of(COSTS_0, 0L));
            try (Connection other = lockOffsets()) {
                assertThat(failure(writer.store(TURN))).isEqualTo(FailureKind.BUSY);
                assertThat(failure(writer.store(TURN))).isEqualTo(FailureKind.BUSY);
                assertThat(database.rows(BLOCKED)).containsExactly("0");
                other.rollback();
            }
            assertThat(writer.store(TURN)).isEqualTo(new WriteOutcome.Done(TURN.rows()));
        }
    }

    @Test
    void aWriterThatIsSuspendedInABatchIsEndedAfterTheStallTimeout() throws Exception {
        try (var writer = writer(SHORT);
                var patient = writer(LONG)) {
            writer.add(Map.of(COSTS_0, 0L));
            try (Connection other = lockOffsets()) {
                suspendInABatch(other);
                assertThat(failure(patient.store(TURN))).isEqualTo(FailureKind.BUSY);
                assertThat(failure(patient.store(TURN))).isEqualTo(FailureKind.BUSY);
                await().until(() -> writer.store(TURN) instanceof WriteOutcome.Done);
            }
        }
    }

    @Test
    void aMigrationHasNoTimeLimit() throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor();
                Connection other = DriverManager.getConnection(database.url())) {
            other.setAutoCommit(false);
            try (Statement statement = other.createStatement()) {
                statement.execute("CREATE TABLE results (in_the_way INTEGER)");
            }
            var migrated =
                    executor.submit(
                            () -> database(database.url() + "&socketTimeout=1", LONG).openWriter());
            String longer = " AND clock_timestamp() - query_start > INTERVAL '1500 ms'";
            await().until(() -> database.rows(BLOCKED + longer).equals(List.of("1")));
            other.rollback();
            try (Connection writer = migrated.get();
                    Statement statement = writer.createStatement();
                    ResultSet limit = statement.executeQuery("SHOW lock_timeout")) {
                assertThat(limit.next()).isTrue();
                assertThat(limit.getString(1)).isEqualTo("200ms");
                assertThat(writer.getNetworkTimeout()).isEqualTo(1_000);
            }
        }
        assertThat(database.rows("SELECT MAX(version) FROM millrace_schema")).containsExactly("4");
    }
}
