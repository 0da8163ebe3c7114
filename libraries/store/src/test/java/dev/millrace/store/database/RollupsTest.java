package dev.millrace.store.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.store.fixture.RollupSumsCheck;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.store.fixture.TestFolder;
import dev.millrace.testclusters.PostgresServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RollupsTest {
    @Property(tries = 25)
    void equalTheSumsOverTheEvents(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int size)
            throws Exception {
        try (var folder = TestFolder.create()) {
            TestDatabase database = TestDatabase.sqlite(folder.path());
            var history = new RollupHistory(database.url(), seed, 0);
            // The database rejects every result but the first.
            database.execute("CREATE UNIQUE INDEX status_once ON results (status_code)");
            history.run(size);
            RollupSumsCheck.check(database);
        }
    }

    @Nested
    class OnPostgresql {
        private static final int WRITERS = 3;
        private static final int TRANSACTIONS = 10;

        @Test
        void equalTheSumsOverTheEventsOfSeveralWriters() throws Exception {
            Optional<Path> binaries = PostgresServer.binaries();
            assumeTrue(
                    binaries.isPresent(), "PostgreSQL's initdb and pg_ctl are not on this machine");
            PostgresServer server = PostgresServer.start(binaries.orElseThrow());
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                TestDatabase database = new TestDatabase(server.newDatabase());
                var running = new ArrayList<Future<?>>();
                for (int i = 0; i < WRITERS; i++) {
                    var history = new RollupHistory(database.url(), i, i);
                    running.add(threads.submit(() -> history.run(TRANSACTIONS)));
                }
                for (Future<?> history : running) {
                    history.get();
                }
                assertThat(database.rows("SELECT COUNT(*) FROM costs")).doesNotContain("0");
                RollupSumsCheck.check(database);
            } finally {
                server.close();
            }
        }
    }
}
