package dev.millrace.results;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.testclusters.PostgresServer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

class PostgresqlStoreIT {
    private static @Nullable PostgresServer server;

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

    @Nested
    class Results extends ResultsContract {
        @Override
        protected TestDatabase newDatabase() throws Exception {
            return new TestDatabase(Objects.requireNonNull(server).newDatabaseInLinguisticOrder());
        }
    }

    @Nested
    class Sums extends SumsContract {
        @Override
        protected TestDatabase newDatabase() throws Exception {
            return new TestDatabase(Objects.requireNonNull(server).newDatabase());
        }
    }

    @Nested
    class Writers extends WritersContract {
        @Override
        protected TestDatabase newDatabase() throws Exception {
            return new TestDatabase(Objects.requireNonNull(server).newDatabase());
        }
    }

    @Nested
    class Erasures extends ErasureContract {
        @Override
        protected TestDatabase newDatabase() throws Exception {
            return new TestDatabase(Objects.requireNonNull(server).newDatabase());
        }
    }

    @Nested
    class Ends extends BatchEndContract {
        @Override
        protected TestDatabase newDatabase() throws Exception {
            return new TestDatabase(Objects.requireNonNull(server).newDatabaseInLinguisticOrder());
        }
    }

    @Nested
    class OfVersion01 extends DatabaseOfVersion01Contract {
        OfVersion01() {
            super("postgresql.sql");
        }

        @Override
        protected TestDatabase newDatabase() throws Exception {
            return new TestDatabase(Objects.requireNonNull(server).newDatabase());
        }

        @Override
        String dump(TestDatabase database) throws Exception {
            return Objects.requireNonNull(server).dump(database.url());
        }

        @Override
        void restore(String dump, TestDatabase database) throws Exception {
            database.execute(dump);
        }
    }
}
