package dev.millrace.sink.integration;

import static dev.millrace.sink.fixture.ResultTopics.TOPICS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.sink.Sink;
import dev.millrace.sink.SinkSettings;
import dev.millrace.sink.StoredOutcome;
import dev.millrace.sink.fixture.ResultTopics;
import dev.millrace.store.fixture.RollupSumsCheck;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.testclusters.PostgresServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests sinks that share a PostgreSQL database, with Kafka's own consumer group. */
class SharedDatabaseIT {
    private static final String RESULTS = "SELECT * FROM results ORDER BY job_id";
    private static final String COSTS = "SELECT * FROM costs ORDER BY job_id, event_id";

    @TempDir Path folder;

    private @Nullable PostgresServer server;
    private TestDatabase database = new TestDatabase("");
    private EmbeddedBroker broker;
    private ResultTopics topics;

    @BeforeEach
    void start() throws Exception {
        Optional<Path> binaries = PostgresServer.binaries();
        assumeTrue(binaries.isPresent(), "PostgreSQL's initdb and pg_ctl are not on this machine");
        var started = PostgresServer.start(binaries.orElseThrow());
        server = started;
        database = new TestDatabase(started.newDatabase());
        broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(folder.resolve("kafka")));
        topics = new ResultTopics(broker.bootstrapServers(), 4);
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            topics.close();
            broker.close();
            server.close();
        }
    }

    private Sink startSink(Queue<StoredOutcome> stored, String protocol) throws Exception {
        return Sink.start(
                new SinkSettings(
                        Map.of(
                                "bootstrap.servers",
                                broker.bootstrapServers(),
                                "group.protocol",
                                protocol),
                        TOPICS,
                        database.url(),
                        Duration.ofDays(30),
                        new SimpleMeterRegistry(),
                        InstantSource.system(),
                        System::nanoTime,
                        stored::addAll,
                        HeapShare.AMPLE));
    }

    private String count(String table) throws Exception {
        return database.rows("SELECT COUNT(*) FROM " + table).getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {"consumer", "classic"})
    void twoSinksShareThePartitions(String protocol) throws Exception {
        var first = new ConcurrentLinkedQueue<StoredOutcome>();
        var second = new ConcurrentLinkedQueue<StoredOutcome>();
        int lines = 0;
        try (var remaining = startSink(first, protocol)) {
            try (var leaving = startSink(second, protocol)) {
                while (first.size() < 100 || second.size() < 100) {
                    topics.commit(IntStream.range(lines, lines + 50), "0.001");
                    lines += 50;
                    int produced = 2 * lines;
                    await().until(() -> first.size() + second.size() >= produced);
                }
                assertThat(remaining.health().ready()).isTrue();
                assertThat(leaving.health().ready()).isTrue();
            }
            topics.commit(IntStream.range(lines, lines + 50), "0.001");
            lines += 50;
            int produced = 2 * lines;
            await().until(() -> first.size() + second.size() >= produced);
        }
        assertThat(first.size() + second.size()).isEqualTo(2 * lines);
        assertThat(count("results")).isEqualTo(String.valueOf(lines));
        assertThat(count("costs")).isEqualTo(String.valueOf(lines));
        RollupSumsCheck.check(database);
    }

    @Test
    void aSinkWaitsForItsDatabaseBeforeItJoinsTheGroup() throws Exception {
        var postgres = Objects.requireNonNull(server);
        var stored = new ConcurrentLinkedQueue<StoredOutcome>();
        postgres.stop();
        try (var sink = startSink(stored, "consumer")) {
            assertThat(sink.health().ready()).isFalse();
            assertThat(sink.health().detail()).contains("cannot be reached");
            postgres.resume();
            topics.commit(IntStream.range(0, 10), "0.001");
            await().until(() -> stored.size() == 20);
        }
    }

    @Test
    void crashesOfTheServerUnderLoadLoseAndDoubleNothing() throws Exception {
        var postgres = Objects.requireNonNull(server);
        var stored = new ConcurrentLinkedQueue<StoredOutcome>();
        int lines = 0;
        try (var _ = startSink(stored, "consumer");
                var _ = startSink(stored, "consumer")) {
            for (int crash = 0; crash < 4; crash++) {
                int before = stored.size();
                topics.commit(IntStream.range(lines, lines + 2_000), "0.001");
                await().until(() -> stored.size() > before);
                postgres.stop();
                topics.commit(IntStream.range(lines + 2_000, lines + 2_500), "0.001");
                postgres.resume();
                lines += 2_500;
            }
            String produced = String.valueOf(lines);
            await().until(() -> count("results").equals(produced));
            await().until(() -> count("costs").equals(produced));
        }
        RollupSumsCheck.check(database);
    }

    @Test
    void aRestoredBackupGetsTheRestFromKafka() throws Exception {
        var postgres = Objects.requireNonNull(server);
        var stored = new ConcurrentLinkedQueue<StoredOutcome>();
        List<String> results;
        List<String> costs;
        try (var _ = startSink(stored, "consumer")) {
            topics.commit(IntStream.range(0, 100), "0.001");
            await().until(() -> stored.size() == 200);
            postgres.backUp(database.url());
            topics.commit(IntStream.range(100, 150), "0.002");
            await().until(() -> stored.size() == 300);
            results = database.rows(RESULTS);
            costs = database.rows(COSTS);
        }

        postgres.restore(database.url());

        assertThat(count("results")).isEqualTo("100");
        try (var _ = startSink(stored, "consumer")) {
            await().until(() -> stored.size() == 400);
        }
        assertThat(database.rows(RESULTS)).isEqualTo(results);
        assertThat(database.rows(COSTS)).isEqualTo(costs);
        RollupSumsCheck.check(database);
    }
}
