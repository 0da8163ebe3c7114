package dev.millrace.sink.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.sink.crash.Crashes.Outage;
import dev.millrace.sink.fixture.ResultTopics;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.testclusters.PostgresServer;
import dev.millrace.testclusters.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills and suspends sinks at random moments while results pass, fills their disk, or stops the
 * server of their database. Compares results, costs and rollups with the content of the topics.
 */
class SinkCrashIT {
    private static final Logger LOG = LoggerFactory.getLogger(SinkCrashIT.class);
    private static final int RESULTS = Integer.getInteger("millrace.crash.results", 3_000);
    private static final int FAULTS = Integer.getInteger("millrace.crash.faults", 3);
    private static final long SEED =
            Long.getLong("millrace.crash.seed", new SplittableRandom().nextLong());

    private static final int PARTITIONS = 4;

    /** Enough for the rows of {@link #RESULTS} and the log of SQLite. */
    private static final int DISK_MEBIBYTES = 128 + RESULTS / 50;

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

    private void crash(TestDatabase database, int sinks, Optional<Outage> outage) throws Exception {
        var random = new SplittableRandom(SEED);
        try (var crashes =
                new Crashes(broker.bootstrapServers(), topics, database, folder, outage, random)) {
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
                    .log("Sinks suffered faults");
            content.assertStoredIn(database);
            assertThat(crashes.faults()).hasSize(Math.min(FAULTS, crashes.possible().size()));
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
            crash(TestDatabase.sqlite(folder), 1, Optional.empty());
        }

        @Tag("long")
        @Test
        void tablesOnADiskThatWasFullEqualTheTopics() throws Exception {
            Path mounted = Files.createDirectory(folder.resolve("disk"));
            try (var disk = SmallDisk.mount(mounted, DISK_MEBIBYTES)) {
                var database = TestDatabase.sqlite(disk.folder());
                Outage.Step fill =
                        () -> {
                            // Transactions would overwrite the log before they need the disk.
                            database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
                            disk.fill();
                        };
                var symptom = Pattern.compile("has no space left|cannot be read or written");
                crash(database, 1, Optional.of(new Outage(symptom, fill, disk::free)));
            }
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

        private Optional<Outage> restart() {
            var symptom = Pattern.compile("cannot be reached");
            return Optional.of(new Outage(symptom, server::stop, server::resume));
        }

        @Test
        void tablesEqualTheTopics() throws Exception {
            crash(new TestDatabase(server.newDatabase()), 1, restart());
        }

        @Test
        void tablesOfTwoSinksEqualTheTopics() throws Exception {
            crash(new TestDatabase(server.newDatabase()), 2, restart());
        }
    }
}
