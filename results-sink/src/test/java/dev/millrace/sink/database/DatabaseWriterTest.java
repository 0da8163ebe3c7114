package dev.millrace.sink.database;

import static dev.millrace.sink.fixture.Records.COSTS_0;
import static dev.millrace.sink.fixture.Records.cost;
import static dev.millrace.sink.fixture.Records.costRow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.sink.database.FlakyCommits.Moment;
import dev.millrace.sink.fixture.PostgresServer;
import dev.millrace.sink.fixture.Records;
import dev.millrace.sink.fixture.TestDatabase;
import dev.millrace.sink.row.Move;
import dev.millrace.sink.row.Turn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseWriterTest {
    private static final Turn TURN =
            new Turn(List.of(costRow(0, cost("b", 1, "0.5"))), List.of(new Move(COSTS_0, 0, 1)));

    @TempDir Path folder;

    private static DatabaseWriter writer(Database database) {
        return new DatabaseWriter(database, InstantSource.fixed(Records.NOON));
    }

    private static FailureKind failure(Stored stored) {
        return ((Stored.Failed) stored).reason().kind();
    }

    @Nested
    class ACommitWhoseAnswerIsLost {
        private void storesOnce(Moment moment) throws Exception {
            TestDatabase file = TestDatabase.sqlite(folder);
            var dialect = new FlakyCommits(new Sqlite(file.url()));
            try (var writer = writer(new Database(file.url(), dialect))) {
                writer.add(Map.of(COSTS_0, 0L));
                dialect.next = moment;
                assertThat(failure(writer.store(TURN))).isEqualTo(FailureKind.BUSY);
                assertThat(writer.store(TURN)).isEqualTo(new Stored.Done());
                assertThat(writer.offsets(List.of(COSTS_0))).isEqualTo(Map.of(COSTS_0, 1L));
            }
            assertThat(file.rows("SELECT COUNT(*) FROM costs")).containsExactly("1");
        }

        @Test
        void thoughItHappenedIsNotRepeated() throws Exception {
            storesOnce(Moment.AFTER);
        }

        @Test
        void andThatDidNotHappenIsRepeated() throws Exception {
            storesOnce(Moment.BEFORE);
        }
    }

    @Nested
    class APostgresqlServerThatGoesDown {
        @Test
        void isWaitedFor() throws Exception {
            Optional<Path> binaries = PostgresServer.binaries();
            assumeTrue(
                    binaries.isPresent(), "PostgreSQL's initdb and pg_ctl are not on this machine");
            PostgresServer server = PostgresServer.start(binaries.orElseThrow());
            TestDatabase database = server.newDatabase();
            try (var writer = writer(Database.of(database.url()))) {
                writer.add(Map.of(COSTS_0, 0L));
                server.stop();
                assertThat(failure(writer.store(TURN))).isEqualTo(FailureKind.DOWN);
                assertThat(failure(writer.store(TURN))).isEqualTo(FailureKind.DOWN);
                server.resume();
                assertThat(writer.store(TURN)).isEqualTo(new Stored.Done());
            }
            assertThat(database.rows("SELECT COUNT(*) FROM costs")).containsExactly("1");
            server.close();
        }
    }

    @Nested
    class AFileThatCannotBe {
        @Test
        void isUnopenableAndSaidInOneLineWithoutSecrets() throws Exception {
            Files.writeString(folder.resolve("a-file"), "");
            var writer = writer(Database.of("jdbc:sqlite:" + folder.resolve("a-file/x.db")));
            Stored stored = writer.store(TURN);
            assertThat(failure(stored)).isEqualTo(FailureKind.UNOPENABLE);
            assertThat(((Stored.Failed) stored).reason().getMessage())
                    .contains("a-file/x.db cannot be opened")
                    .doesNotContain("\n");
        }

        @Test
        void doesNotTellAPassword() {
            assertThat(
                            Database.of("jdbc:postgresql://me:geheim@db/millrace?password=secret")
                                    .name())
                    .isEqualTo("jdbc:postgresql://db/millrace");
        }
    }
}
