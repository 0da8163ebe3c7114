package dev.millrace.sink;

import static dev.millrace.sink.fixture.Cluster.TOPICS;
import static dev.millrace.store.fixture.Records.cost;
import static dev.millrace.store.fixture.Records.jobId;
import static dev.millrace.store.fixture.Records.result;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.sink.fixture.Cluster;
import dev.millrace.store.fixture.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SinkLoopTest {
    private static final TopicPartition RESULTS_0 = new TopicPartition(TOPICS.results(), 0);

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
    class RecordsOfEachKind {
        @Test
        void areStoredWithTheirOffsets() throws Exception {
            cluster.produceResult(1, result("b", 1, "x"));
            cluster.produceCost(0, cost("b", 1, "0.000336"));
            sink.turns(2);
            assertThat(database.rows("SELECT job_id FROM results"))
                    .containsExactly(jobId("b", 1).value());
            assertThat(database.rows("SELECT cost_usd FROM costs")).containsExactly("0.000336");
            assertThat(
                            database.rows(
                                    "SELECT topic, kafka_partition FROM offsets"
                                            + " WHERE next_offset = 1 ORDER BY 1"))
                    .containsExactly("millrace.costs|0", "millrace.results|1");
        }

        @Test
        void deadLettersKeepTheirOrigin() throws Exception {
            var headers = new RecordHeaders();
            new DeadLetter(
                            "malformed_request",
                            "cut off",
                            "millrace.requests",
                            3,
                            77,
                            "default",
                            "b",
                            4L,
                            null)
                    .writeTo(headers);
            cluster.produce(
                    new TopicPartition(TOPICS.deadLetters(), 0), "{cut".getBytes(UTF_8), headers);
            sink.turns(2);
            assertThat(
                            database.rows(
                                    "SELECT origin_topic, origin_partition, origin_offset, reason,"
                                            + " line FROM dead_letters"))
                    .containsExactly("millrace.requests|3|77|malformed_request|4");
        }

        @Test
        void areReportedToTheListenerAfterTheCommit() {
            cluster.produceResult(0, result("b", 1, "x"));
            cluster.produceCost(0, cost("b", 1, "0.000336"));
            sink.turns(2);
            assertThat(sink.stored)
                    .hasSize(2)
                    .anySatisfy(it -> assertThat(it).isInstanceOf(StoredOutcome.Finished.class))
                    .anySatisfy(it -> assertThat(it).isInstanceOf(StoredOutcome.Charged.class));
        }

        @Test
        void areCounted() {
            cluster.produceResult(0, result("b", 1, "x"));
            sink.turns(2);
            assertThat(
                            sink.meters
                                    .get("millrace.sink.rows")
                                    .tag("kind", "result")
                                    .counter()
                                    .count())
                    .isEqualTo(1);
        }
    }

    @Nested
    class UnreadableRecords {
        @Test
        void areStoredAsUnreadableBesideOtherRecords() throws Exception {
            cluster.produce(RESULTS_0, new byte[] {0, 1, 2}, new RecordHeaders());
            cluster.produce(RESULTS_0, null, new RecordHeaders());
            cluster.produceResult(0, result("b", 1, "x"));
            cluster.produce(
                    new TopicPartition(TOPICS.costs(), 0),
                    "{\"cost_usd\":1e999999999}".getBytes(UTF_8),
                    new RecordHeaders());
            cluster.produce(
                    new TopicPartition(TOPICS.deadLetters(), 1),
                    "no headers".getBytes(UTF_8),
                    new RecordHeaders());
            sink.turns(2);
            assertThat(count("unreadable")).isEqualTo("4");
            assertThat(count("results")).isEqualTo("1");
            assertThat(sink.loop.health().ready()).isTrue();
        }

        @Test
        void recordsWithImplausibleAmountsAreUnreadable() throws Exception {
            String absurd =
                    new String(result("b", 1, "x"), UTF_8)
                            .replace("\"cost_usd\":0.000336", "\"cost_usd\":1e999999999");
            cluster.produceResult(0, absurd.getBytes(UTF_8));
            sink.turns(2);
            assertThat(count("unreadable")).isEqualTo("1");
        }
    }

    @Nested
    class ARestart {
        @Test
        void resumesAtTheStoredOffset() throws Exception {
            cluster.produceResult(0, result("b", 1, "x"));
            sink.turns(2);
            sink.crash();
            cluster.produceResult(0, result("b", 2, "y"));
            var next = new LoopFixture(cluster, database);
            next.turns(2);
            assertThat(next.stored).hasSize(1);
            assertThat(count("results")).isEqualTo("2");
            next.crash();
        }

        @Test
        void readsRecreatedTopicsFromTheirBeginningAndKeepsOldRows() throws Exception {
            cluster.produceResult(0, result("b", 1, "x"));
            cluster.produceResult(0, result("b", 2, "x"));
            sink.turns(2);
            sink.crash();
            cluster.recreateTopics();
            cluster.produceResult(0, result("c", 1, "z"));
            var next = new LoopFixture(cluster, database);
            next.turns(2);
            assertThat(database.rows("SELECT batch, line FROM results ORDER BY 1, 2"))
                    .containsExactly("b|1", "b|2", "c|1");
            next.crash();
        }

        private LoopFixture withLostRecords() {
            cluster.produceResult(0, result("b", 1, "x"));
            sink.turns(2);
            sink.crash();
            for (int line = 2; line < 9; line++) {
                cluster.produceResult(0, result("b", line, "x"));
            }
            cluster.deleteBefore(RESULTS_0, 5);
            return new LoopFixture(cluster, database);
        }

        @Test
        void stopsOnlyThePartitionWhoseUnstoredRecordsWereDeleted() throws Exception {
            LoopFixture next = withLostRecords();
            cluster.produceCost(0, cost("b", 1, "0.5"));
            next.turns(3);

            assertThat(database.rows("SELECT line FROM results")).containsExactly("1");
            assertThat(database.rows("SELECT COUNT(*) FROM costs")).containsExactly("1");
            assertThat(next.loop.health().live()).isTrue();
            assertThat(next.loop.health().ready()).isFalse();
            assertThat(next.loop.health().detail())
                    .startsWith("millrace.results-0 is stopped")
                    .contains("millrace.results-0 was stored up to offset 1")
                    .contains("first record is now 5");
            assertThat(next.meters.get("millrace.sink.stopped.partitions").gauge().value())
                    .isEqualTo(1);
            next.crash();
        }

        @Test
        void continuesAPartitionWithLostRecordsWhenItsOffsetIsDeleted() throws Exception {
            LoopFixture next = withLostRecords();
            next.turns(2);
            database.execute("DELETE FROM offsets WHERE topic = 'millrace.results'");
            next.nanos.addAndGet(Duration.ofSeconds(31).toNanos());
            next.turns(3);

            assertThat(database.rows("SELECT line FROM results ORDER BY line"))
                    .containsExactly("1", "6", "7", "8");
            assertThat(next.loop.health().ready()).isTrue();
            next.crash();
        }

        @Test
        void rereadsAPartitionWhoseLogLostItsEnd() throws Exception {
            for (int line = 1; line <= 4; line++) {
                cluster.produceResult(0, result("b", line, "x"));
            }
            sink.turns(2);
            sink.crash();
            cluster.truncate(RESULTS_0, 2);
            var next = new LoopFixture(cluster, database);
            next.turns(1);
            cluster.produceResult(0, result("b", 9, "after"));
            next.turns(1);
            assertThat(database.rows("SELECT line FROM results ORDER BY 1"))
                    .containsExactly("1", "2", "3", "4", "9");
            next.crash();
        }
    }

    @Nested
    class TopicsRecreatedWhileRunning {
        @Test
        void areDetectedAndReadFromTheirBeginning() throws Exception {
            cluster.produceResult(0, result("b", 1, "x"));
            sink.turns(2);
            cluster.recreateTopics();
            cluster.produceResult(0, result("b", 2, "new"));
            sink.nanos.addAndGet(Duration.ofSeconds(31).toNanos());
            sink.turns(3);
            assertThat(database.rows("SELECT line FROM results ORDER BY 1"))
                    .containsExactly("1", "2");
        }
    }

    @Nested
    class TopicsRecreatedUnderLoad {
        /** Produces a record for each poll while the topics have the ids that were looked up. */
        private void turnsWithRecords(int count) {
            for (int i = 0; i < count; i++) {
                cluster.produceResult(0, result("b", 100 + i, "x"));
                sink.turns(1);
            }
        }

        @Test
        void areDetectedWithoutAnEmptyPoll() throws Exception {
            cluster.produceResult(0, result("b", 1, "x"));
            sink.turns(2);
            cluster.recreateTopics();
            cluster.produceResult(0, result("b", 2, "skipped at the old offset"));
            sink.nanos.addAndGet(Duration.ofSeconds(31).toNanos());
            turnsWithRecords(3);
            assertThat(database.rows("SELECT line FROM results ORDER BY 1")).contains("2");
        }
    }
}
