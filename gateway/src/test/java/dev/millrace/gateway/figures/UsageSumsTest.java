package dev.millrace.gateway.figures;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.store.database.RollupHistory;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.store.fixture.TestFolder;
import dev.millrace.testclusters.PostgresServer;
import java.nio.file.Path;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class UsageSumsTest {
    @Property(tries = 25)
    void answersEqualTheSumsOverTheEvents(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int size) throws Exception {
        try (var folder = TestFolder.create()) {
            TestDatabase database = TestDatabase.sqlite(folder.path());
            new RollupHistory(database.url(), seed, 0).run(size);
            UsageSumsCheck.check(database, seed);
        }
    }

    @Test
    void answersOfPostgresqlEqualTheSumsOverTheEvents() throws Exception {
        Optional<Path> binaries = PostgresServer.binaries();
        assumeTrue(binaries.isPresent(), "PostgreSQL's initdb and pg_ctl are not on this machine");
        PostgresServer server = PostgresServer.start(binaries.orElseThrow());
        try {
            TestDatabase database = new TestDatabase(server.newDatabase());
            new RollupHistory(database.url(), 1, 0).run(30);
            UsageSumsCheck.check(database, 1);
        } finally {
            server.close();
        }
    }
}
