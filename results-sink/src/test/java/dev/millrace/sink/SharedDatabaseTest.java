package dev.millrace.sink;

import static dev.millrace.sink.fixture.Cluster.TOPICS;
import static dev.millrace.store.fixture.Records.cost;
import static dev.millrace.store.fixture.Records.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.sink.fixture.Cluster;
import dev.millrace.store.fixture.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests two sinks on one database, which share the partitions as a consumer group. */
class SharedDatabaseTest {
    private static final TopicPartition RESULTS_0 = new TopicPartition(TOPICS.results(), 0);
    private static final TopicPartition RESULTS_1 = new TopicPartition(TOPICS.results(), 1);

    @TempDir Path folder;

    private final Cluster cluster = new Cluster(2);
    private TestDatabase database = new TestDatabase("");
    private LoopFixture first = LoopFixture.inGroup(cluster, new TestDatabase("jdbc:sqlite:x"));
    private LoopFixture second = LoopFixture.inGroup(cluster, new TestDatabase("jdbc:sqlite:x"));

    @BeforeEach
    void start() {
        database = TestDatabase.sqlite(folder);
        first = LoopFixture.inGroup(cluster, database);
        second = LoopFixture.inGroup(cluster, database);
        first.turns(1);
        second.turns(1);
    }

    @AfterEach
    void end() {
        first.crash();
        second.crash();
    }

    private List<String> lines() throws Exception {
        return database.rows("SELECT line FROM results ORDER BY 1");
    }

    @Nested
    class ASink {
        @Test
        void storesOnlyItsPartitions() throws Exception {
            cluster.produceResult(0, result("b", 1, "x"));
            cluster.produceResult(1, result("b", 2, "x"));
            first.assign(List.of(RESULTS_0));
            first.turns(2);
            assertThat(lines()).containsExactly("1");
            second.assign(List.of(RESULTS_1));
            second.turns(2);
            assertThat(lines()).containsExactly("1", "2");
        }

        @Test
        void isReadyWithoutPartitions() {
            first.turns(1);
            assertThat(first.loop.health().ready()).isTrue();
            assertThat(first.loop.health().detail()).isEqualTo("no partitions are assigned");
        }

        @Test
        void keepsANewPartitionPausedUntilTheDatabaseIsAvailable() throws Exception {
            first.assign(List.of(RESULTS_0));
            first.turns(1);
            cluster.produceResult(1, result("b", 1, "x"));
            try (Connection other = DriverManager.getConnection(database.url());
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                first.assign(List.of(RESULTS_0, RESULTS_1));
                first.turns(2);
                assertThat(first.loop.health().detail()).contains("is locked by another process");
                statement.execute("ROLLBACK");
            }
            first.turns(2);
            assertThat(lines()).containsExactly("1");
        }

        @Test
        void stopsIfItsGroupIsRefused() {
            first.assign(List.of(RESULTS_0));
            first.turns(1);
            first.consumer.setPollException(
                    GroupAuthorizationException.forGroupId("millrace.sink-1"));
            first.turns(1);
            assertThat(first.loop.health().live()).isFalse();
            assertThat(first.loop.health().detail()).contains("consumer group", "millrace.sink-1");
        }
    }

    @Nested
    class APartitionThatMoves {
        @Test
        void continuesAtTheStoredOffset() throws Exception {
            cluster.produceResult(0, result("b", 1, "x"));
            first.assign(List.of(RESULTS_0, RESULTS_1));
            first.turns(2);
            first.assign(List.of(RESULTS_1));
            cluster.produceResult(0, result("b", 2, "x"));
            second.assign(List.of(RESULTS_0));
            second.turns(2);
            assertThat(second.stored).hasSize(1);
            first.turns(2);
            assertThat(lines()).containsExactly("1", "2");
        }
    }

    @Nested
    class APausedSinkThatContinues {
        @BeforeEach
        void moveItsPartition() {
            first.assign(List.of(RESULTS_0));
            first.turns(1);
            cluster.produceResult(0, result("b", 1, "x"));
            cluster.produceCost(0, cost("b", 1, "0.5"));
            second.assign(List.of(RESULTS_0));
            second.turns(2);
        }

        @Test
        void storesNothingAndStaysAlive() throws Exception {
            first.turns(1);
            assertThat(first.stored).isEmpty();
            assertThat(first.loop.health().live()).isTrue();
            assertThat(first.loop.health().detail()).contains("another sink writes");
            assertThat(first.rests).containsExactly(Duration.ofMillis(50));
            assertThat(lines()).containsExactly("1");
        }

        @Test
        void storesThePartitionsThatItIsAssignedThen() throws Exception {
            first.turns(1);
            first.assign(List.of(RESULTS_1));
            cluster.produceResult(1, result("b", 2, "x"));
            first.turns(2);
            assertThat(lines()).containsExactly("1", "2");
            assertThat(first.loop.health().detail()).isEqualTo("storing");
        }

        @Test
        void resumesItsPartitionBehindTheOtherSink() throws Exception {
            first.turns(1);
            second.crash();
            cluster.produceResult(0, result("b", 2, "x"));
            first.turns(2);
            assertThat(first.stored).hasSize(1);
            assertThat(lines()).containsExactly("1", "2");
        }
    }

    @Nested
    class APartitionWithLostRecords {
        @Test
        void stopsNeitherItsSinkNorTheNext() throws Exception {
            first.assign(List.of(RESULTS_0));
            cluster.produceResult(0, result("b", 1, "x"));
            first.turns(2);
            first.assign(List.of());
            cluster.produceResult(0, result("b", 2, "x"));
            cluster.produceResult(0, result("b", 3, "x"));
            cluster.deleteBefore(RESULTS_0, 2);
            cluster.produceResult(1, result("b", 4, "x"));
            second.assign(List.of(RESULTS_0, RESULTS_1));
            second.turns(3);

            assertThat(lines()).containsExactly("1", "4");
            assertThat(second.loop.health().live()).isTrue();
            assertThat(second.loop.health().ready()).isFalse();
            second.assign(List.of(RESULTS_1));
            second.turns(2);
            assertThat(second.loop.health().ready()).isTrue();
        }
    }

    @Nested
    class ARecreatedTopic {
        @Test
        void isReadFromItsBeginning() throws Exception {
            first.assign(List.of(RESULTS_0));
            cluster.produceResult(0, result("b", 1, "x"));
            first.turns(2);
            cluster.recreateTopics();
            cluster.produceResult(0, result("b", 2, "new"));
            first.nanos.addAndGet(Duration.ofSeconds(31).toNanos());
            first.turns(3);
            assertThat(lines()).containsExactly("1", "2");
        }
    }

    @Nested
    class APartitionThatTheClusterDoesNotKnow {
        @Test
        void doesNotHoldUpOtherPartitions() throws Exception {
            first.assign(List.of(RESULTS_0, new TopicPartition(TOPICS.results(), 7)));
            cluster.produceResult(0, result("b", 1, "x"));
            first.turns(2);
            assertThat(lines()).containsExactly("1");
        }
    }
}
