package dev.millrace.sink;

import static dev.millrace.store.fixture.Records.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.sink.fixture.Cluster;
import dev.millrace.store.database.Database;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.testclusters.SmallDisk;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a sink whose database or cluster fails. */
class SinkFailuresTest {
    @TempDir Path folder;

    private final Cluster cluster = new Cluster(2);
    private TestDatabase database = new TestDatabase("");
    private LoopFixture sink = new LoopFixture(cluster, new TestDatabase("jdbc:sqlite:unused"));

    @BeforeEach
    void start() {
        database = TestDatabase.sqlite(folder);
        sink = new LoopFixture(cluster, database);
    }

    @AfterEach
    void end() {
        sink.crash();
    }

    private String count(String table) throws Exception {
        return database.rows("SELECT COUNT(*) FROM " + table).getFirst();
    }

    @Nested
    class ADatabaseThatRejectsARow {
        @Test
        void storesAllOtherRowsAndTheSinkContinues() throws Exception {
            sink.turns(1);
            database.execute("CREATE UNIQUE INDEX line_once ON results (line)");
            cluster.produceResult(0, result("b", 1, "x"));
            cluster.produceResult(0, result("another", 1, "the same line"));
            cluster.produceResult(0, result("b", 2, "x"));
            sink.turns(2);
            assertThat(sink.loop.health().ready()).isTrue();
            assertThat(count("results")).isEqualTo("2");
            assertThat(count("unreadable")).isEqualTo("1");
            assertThat(sink.stored)
                    .hasSize(3)
                    .filteredOn(StoredOutcome.Unreadable.class::isInstance)
                    .hasSize(1);
        }
    }

    @Nested
    class AnotherSinkOnTheSameDatabase {
        @Test
        void stopsTheSlowerSink() throws Exception {
            cluster.produceResult(0, result("b", 1, "x"));
            var lingering = new LoopFixture(cluster, database);
            lingering.turns(1);
            sink.turns(2);
            lingering.turns(1);
            assertThat(lingering.loop.health().live()).isFalse();
            assertThat(lingering.loop.health().detail()).contains("another sink writes");
            assertThat(lingering.stored).isEmpty();
            assertThat(count("results")).isEqualTo("1");
            lingering.crash();
        }
    }

    @Nested
    class AFailingDatabase {
        @Test
        void sinkWaitsWhileTheDatabaseIsLocked() throws Exception {
            sink.turns(1);
            cluster.produceResult(0, result("b", 1, "x"));
            try (Connection other = DriverManager.getConnection(database.url());
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                sink.turns(2);
                assertThat(sink.loop.health().live()).isTrue();
                assertThat(sink.loop.health().ready()).isFalse();
                assertThat(sink.loop.health().detail()).contains("is locked by another process");
                assertThat(sink.rests)
                        .containsExactly(Duration.ofMillis(50), Duration.ofMillis(100));
                statement.execute("ROLLBACK");
            }
            sink.turns(1);
            assertThat(sink.loop.health().ready()).isTrue();
            assertThat(count("results")).isEqualTo("1");
        }

        private static String incompressible(int bytes) {
            var random = new byte[bytes / 2];
            new Random(1).nextBytes(random);
            return HexFormat.of().formatHex(random);
        }

        @Test
        void sinkWaitsWhileTheDiskIsFull() throws Exception {
            sink.turns(1);
            sink.crash();
            database.execute("PRAGMA journal_mode = DELETE");
            long pages = Long.parseLong(database.rows("PRAGMA page_count").getFirst());
            var full =
                    new LoopFixture(
                            cluster, new TestDatabase(database.url() + "?max_page_count=" + pages));
            cluster.produceResult(0, result("b", 1, incompressible(2_000_000)));
            full.turns(2);
            assertThat(full.loop.health().ready()).isFalse();
            assertThat(full.loop.health().detail()).contains("has no space left");
            full.crash();
            var next = new LoopFixture(cluster, database);
            next.turns(2);
            assertThat(count("results")).isEqualTo("1");
            next.crash();
        }

        @Test
        void sinkStopsIfTheFileIsNotADatabase() throws Exception {
            Files.writeString(folder.resolve("millrace.db"), "this is a text file, not a database");
            sink.turns(1);
            assertThat(sink.loop.health().live()).isFalse();
            assertThat(sink.loop.health().detail()).contains("cannot be used").doesNotContain("\n");
        }
    }

    @Nested
    class AFullDisk {
        private void assertWaits(SmallDisk disk, String problem) throws Exception {
            var settings =
                    new SinkSettings(
                            Map.of("bootstrap.servers", "127.0.0.1:1"),
                            Cluster.TOPICS,
                            TestDatabase.sqlite(disk.folder()).url(),
                            Duration.ofDays(1),
                            new SimpleMeterRegistry(),
                            InstantSource.system(),
                            System::nanoTime,
                            _ -> {},
                            HeapShare.AMPLE);
            disk.fill();
            try (var started = Sink.start(settings)) {
                assertThat(started.health().live()).isTrue();
                assertThat(started.health().detail()).contains(problem);
                disk.free();
                await().untilAsserted(
                                () ->
                                        assertThat(started.health().detail())
                                                .doesNotContain(problem));
                assertThat(started.health().live()).isTrue();
            }
        }

        @Test
        void letsASinkWaitForItsFirstTables() throws Exception {
            try (var disk = SmallDisk.mount(folder, 1)) {
                assertWaits(disk, "has no space left");
            }
        }

        @Test
        void letsARestartedSinkWait() throws Exception {
            try (var disk = SmallDisk.mount(folder, 1)) {
                Database.of(TestDatabase.sqlite(disk.folder()).url()).migrate();
                assertWaits(disk, "cannot be read or written");
            }
        }
    }

    @Nested
    class AFailingCluster {
        @Test
        void sinkWaitsWhileTopicsAreMissing() throws Exception {
            cluster.breakLookup("the topics do not exist yet");
            sink.turns(2);
            assertThat(sink.loop.health().detail()).isEqualTo("the topics do not exist yet");
            cluster.breakLookup(null);
            cluster.produceResult(0, result("b", 1, "x"));
            sink.turns(2);
            assertThat(count("results")).isEqualTo("1");
        }

        @Test
        void sinkPollsAgainAfterAFailedPoll() throws Exception {
            sink.turns(1);
            sink.consumer.setPollException(new KafkaException("not authorized"));
            sink.turns(1);
            assertThat(sink.loop.health().detail()).contains("not authorized");
            cluster.produceResult(0, result("b", 1, "x"));
            sink.turns(1);
            assertThat(count("results")).isEqualTo("1");
            assertThat(sink.loop.health().ready()).isTrue();
        }
    }

    @Nested
    class UnusableUrls {
        @Test
        void areRejected() {
            assertThatThrownBy(() -> Database.of("jdbc:h2:x")).hasMessageContaining("jdbc:sqlite:");
            assertThatThrownBy(() -> Database.of("jdbc:sqlite::memory:"))
                    .hasMessageContaining("must be a file");
        }
    }
}
