package dev.millrace.webhooks;

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

class PostgresqlWebhookIT {
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
    class Deliveries extends WebhookContract {
        @Override
        TestDatabase newDatabase() throws Exception {
            return new TestDatabase(Objects.requireNonNull(server).newDatabase());
        }
    }

    @Nested
    class Batches extends BatchEventsContract {
        @Override
        TestDatabase newDatabase() throws Exception {
            return new TestDatabase(Objects.requireNonNull(server).newDatabase());
        }
    }
}
