package dev.millrace.sink;

import static dev.millrace.sink.fixture.Cluster.TOPICS;
import static dev.millrace.store.fixture.Records.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.sink.fixture.Cluster;
import dev.millrace.sink.fixture.ClusterConsumer;
import dev.millrace.store.fixture.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that stored offsets advance over transaction markers, which are offsets without a record.
 */
class TransactionMarkersTest {
    private static final TopicPartition LETTERS = new TopicPartition(TOPICS.deadLetters(), 0);
    private static final String LETTERS_OFFSET =
            "SELECT next_offset FROM offsets WHERE topic = '" + TOPICS.deadLetters() + "'";

    @TempDir Path folder;

    private final Cluster cluster = new Cluster(1);
    private TestDatabase database = new TestDatabase("");

    @BeforeEach
    void produceADeadLetter() {
        database = TestDatabase.sqlite(folder);
        var headers = new RecordHeaders();
        new DeadLetter("duplicate", "m", "millrace.requests", 0, 7, null, null, null, null)
                .writeTo(headers);
        cluster.produce(LETTERS, new byte[] {1}, headers);
    }

    /** A consumer that sees a transaction marker at offset 1, after the dead letter at offset 0. */
    private static final class ConsumerWithMarker extends ClusterConsumer {
        private @Nullable KafkaException failure;

        ConsumerWithMarker(Cluster cluster) {
            super(cluster);
        }

        @Override
        public synchronized long position(TopicPartition name, Duration timeout) {
            if (failure != null) {
                throw failure;
            }
            long position = super.position(name, timeout);
            return name.equals(LETTERS) && position == 1 ? 2 : position;
        }
    }

    private LoopFixture newSink() {
        return new LoopFixture(cluster, database, new ConsumerWithMarker(cluster));
    }

    /** Stores a result every four seconds, with empty polls in between. */
    private void storeAResultEveryFourSeconds(LoopFixture sink) {
        for (int line = 0; line < 5; line++) {
            cluster.produceResult(0, result("b", line, "x"));
            for (int second = 0; second < 4; second++) {
                sink.nanos.addAndGet(Duration.ofSeconds(1).toNanos());
                sink.turns(1);
            }
        }
    }

    @Nested
    class AQuietPartitionBesideABusyOne {
        @Test
        void advancesOverItsMarker() throws Exception {
            var sink = newSink();
            storeAResultEveryFourSeconds(sink);
            sink.crash();
            assertThat(database.rows(LETTERS_OFFSET)).containsExactly("2");
        }

        @Test
        void doesNotPreventARestartAfterItsStoredRecordsAreDeleted() {
            var killed = newSink();
            storeAResultEveryFourSeconds(killed);
            killed.crash();
            cluster.deleteBefore(LETTERS, 2);

            var next = newSink();
            next.turns(2);
            next.crash();
            assertThat(next.loop.health().ready()).isTrue();
        }
    }

    @Nested
    class APositionThatCannotBeRead {
        @Test
        void losesNoRecord() throws Exception {
            var consumer = new ConsumerWithMarker(cluster);
            var sink = new LoopFixture(cluster, database, consumer);
            sink.turns(2);
            cluster.produceResult(0, result("b", 1, "x"));
            consumer.failure = new TimeoutException("no answer");
            sink.nanos.addAndGet(Duration.ofSeconds(5).toNanos());
            sink.turns(3);
            sink.crash();
            assertThat(database.rows("SELECT line FROM results")).containsExactly("1");
        }
    }
}
