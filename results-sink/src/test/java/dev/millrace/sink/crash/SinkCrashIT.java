package dev.millrace.sink.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.sink.crash.Crashes.Fault;
import dev.millrace.sink.fixture.ResultTopics;
import dev.millrace.store.fixture.PostgresServer;
import dev.millrace.store.fixture.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills and suspends sinks at random moments while results pass, and compares results, costs and
 * rollups with the content of the topics.
 */
class SinkCrashIT {
    private static final Logger LOG = LoggerFactory.getLogger(SinkCrashIT.class);
    private static final int RESULTS = Integer.getInteger("millrace.crash.results", 3_000);
    private static final int FAULTS = Integer.getInteger("millrace.crash.faults", 3);
    private static final long SEED =
            Long.getLong("millrace.crash.seed", new SplittableRandom().nextLong());

    private static final int PARTITIONS = 4;

    @TempDir Path folder;

    private EmbeddedBroker broker;
    private ResultTopics topics;

    @BeforeEach
    void startBroker() throws Exception {
        broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(folder.resolve("kafka")));
        topics = new ResultTopics(broker.bootstrapServers(), PARTITIONS);
    }

    @AfterEach
    void stopBroker() {
        topics.close();
        broker.close();
    }

    private void crash(TestDatabase database, int sinks) throws Exception {
        var random = new SplittableRandom(SEED);
        try (var crashes =
                new Crashes(broker.bootstrapServers(), topics, database, folder, random)) {
            crashes.start(sinks);
            crashes.pass(RESULTS, FAULTS);
            var content = TopicContent.read(broker.bootstrapServers(), PARTITIONS);
            crashes.awaitRows("costs", content.costs());
            crashes.awaitRows("results", content.results());
            LOG.atInfo()
                    .addKeyValue("seed", SEED)
                    .addKeyValue("results", content.results())
                    .addKeyValue("costEvents", content.costs())
                    .addKeyValue("usd", content.usd())
                    .addKeyValue("faults", crashes.faults())
                    .log("Sinks were killed and suspended");
            content.assertStoredIn(database);
            assertThat(crashes.faults()).hasSize(Math.min(FAULTS, Fault.values().length));
        } catch (AssertionError
                | RuntimeException
                | IOException
                | SQLException
                | ExecutionException e) {
            throw new AssertionError("repeat with -Dmillrace.crash.seed=" + SEED, e);
        }
    }

    @Nested
    class OnSqlite {
        @Test
        void tablesEqualTheTopics() throws Exception {
            crash(TestDatabase.sqlite(folder), 1);
        }
    }

    @Tag("long")
    @Nested
    class OnPostgresql {
        private PostgresServer server;

        @BeforeEach
        void startServer() throws Exception {
            Optional<Path> binaries = PostgresServer.binaries();
            assumeTrue(
                    binaries.isPresent(), "PostgreSQL's initdb and pg_ctl are not on this machine");
            server = PostgresServer.start(binaries.orElseThrow());
        }

        @AfterEach
        void stopServer() throws Exception {
            server.close();
        }

        @Test
        void tablesEqualTheTopics() throws Exception {
            crash(server.newDatabase(), 1);
        }

        @Test
        void tablesOfTwoSinksEqualTheTopics() throws Exception {
            crash(server.newDatabase(), 2);
        }
    }
}
