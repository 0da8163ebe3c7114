package dev.millrace.sink;

import static dev.millrace.sink.fixture.Cluster.TOPICS;
import static dev.millrace.store.fixture.Records.cost;
import static dev.millrace.store.fixture.Records.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.sink.fixture.Cluster;
import dev.millrace.sink.fixture.ClusterConsumer;
import dev.millrace.store.fixture.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorruptBatchesTest {
    private static final TopicPartition RESULTS_0 = new TopicPartition(TOPICS.results(), 0);

    @TempDir Path folder;

    private final Cluster cluster = new Cluster(2);
    private final ConsumerOfACorruptBatch consumer = new ConsumerOfACorruptBatch(cluster);
    private TestDatabase database = new TestDatabase("");
    private LoopFixture sink = new LoopFixture(cluster, new TestDatabase("jdbc:sqlite:unused"));

    @BeforeEach
    void start() {
        database = TestDatabase.sqlite(folder);
        sink = new LoopFixture(cluster, database, consumer);
    }

    @AfterEach
    void end() {
        sink.crash();
    }

    /** Fails each poll until the partition with the corrupt batch is paused, as the client does. */
    private static final class ConsumerOfACorruptBatch extends ClusterConsumer {
        private boolean corrupt = true;

        ConsumerOfACorruptBatch(Cluster cluster) {
            super(cluster);
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            if (corrupt && assignment().contains(RESULTS_0) && !paused().contains(RESULTS_0)) {
                throw new KafkaException(
                        "Received exception when fetching the next record from "
                                + RESULTS_0
                                + ". If needed, please seek past the record to continue"
                                + " consumption.",
                        new CorruptRecordException("wrong checksum"));
            }
            return super.poll(timeout);
        }
    }

    @Test
    void corruptBatchStopsOnlyItsPartition() throws Exception {
        cluster.produceResult(0, result("b", 1, "behind the corrupt batch"));
        cluster.produceResult(1, result("b", 2, "x"));
        cluster.produceCost(0, cost("b", 1, "0.5"));
        sink.turns(4);
        assertThat(database.rows("SELECT line FROM results")).containsExactly("2");
        assertThat(database.rows("SELECT COUNT(*) FROM costs")).containsExactly("1");
        assertThat(sink.rests).isEmpty();
    }

    @Test
    void healthReportsACorruptBatchWhileOtherPartitionsAreStored() {
        sink.turns(3);
        cluster.produceResult(1, result("b", 2, "x"));
        sink.turns(2);
        assertThat(sink.loop.health().live()).isTrue();
        assertThat(sink.loop.health().ready()).isFalse();
        assertThat(sink.loop.health().detail())
                .isEqualTo(
                        "millrace.results-0 is stopped: a batch of records cannot be read:"
                                + " wrong checksum");
    }

    @Test
    void corruptBatchIsForgottenWhenItsTopicIsRecreated() throws Exception {
        sink.turns(3);
        cluster.recreateTopics();
        consumer.corrupt = false;
        cluster.produceResult(0, result("b", 1, "new"));
        sink.nanos.addAndGet(Duration.ofSeconds(31).toNanos());
        sink.turns(3);
        assertThat(database.rows("SELECT line FROM results")).containsExactly("1");
        assertThat(sink.loop.health().ready()).isTrue();
    }
}
