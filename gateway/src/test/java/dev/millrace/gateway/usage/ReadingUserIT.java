package dev.millrace.gateway.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.results.Connections;
import dev.millrace.gateway.results.DatabaseResults;
import dev.millrace.store.fixture.Records;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.testclusters.PostgresServer;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Tests a gateway whose PostgreSQL user has only read access. */
class ReadingUserIT {
    @Test
    void readsBatchesAndResults() throws Exception {
        Optional<Path> binaries = PostgresServer.binaries();
        assumeTrue(binaries.isPresent(), "PostgreSQL's initdb and pg_ctl are not on this machine");
        PostgresServer server = PostgresServer.start(binaries.orElseThrow());
        try {
            TestDatabase database = new TestDatabase(server.newDatabase());
            new StoredBatches().job("acme", "b", 1, "0.1").storeIn(database);
            database.execute("CREATE ROLE reader LOGIN");
            database.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
            String url = database.url().replace("user=millrace", "user=reader");
            try (var connections = new Connections(url, Connections.QUERY_TIME, HeapShare.AMPLE)) {
                var results = new DatabaseResults(connections, InstantSource.fixed(Records.NOON));

                assertThat(results.batch("acme", "b").orElseThrow().succeeded()).isEqualTo(1);
                try (InputStream lines =
                        results.results("acme", "b", OptionalLong.empty()).orElseThrow()) {
                    assertThat(new String(lines.readAllBytes(), UTF_8)).endsWith("}\n");
                }
            }
        } finally {
            server.close();
        }
    }
}
