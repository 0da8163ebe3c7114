package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;

class InterruptedAssignmentTest {
    private static final TopicPartition NEW = new TopicPartition("results", 0);
    private static final TopicPartition KNOWN = new TopicPartition("results", 1);
    private static final long NEW_OFFSET = 3;
    private static final long KNOWN_OFFSET = 7;

    private final Queue<RuntimeException> failures = new ArrayDeque<>();
    private final MockConsumer<byte[], byte[]> kafka = new FailingConsumer(failures);
    private final MillraceConsumer consumer = member(kafka);

    /** A consumer that fails a given number of offset lookups. */
    private static final class FailingConsumer extends MockConsumer<byte[], byte[]> {
        private final Queue<RuntimeException> failures;

        FailingConsumer(Queue<RuntimeException> failures) {
            super("none");
            this.failures = failures;
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
                Set<TopicPartition> partitions) {
            RuntimeException failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
            return super.committed(partitions);
        }
    }

    private static MillraceConsumer member(MockConsumer<byte[], byte[]> kafka) {
        var progress = new GroupProgress(kafka, FirstStart.EARLIEST);
        kafka.subscribe(List.of(NEW.topic()), progress);
        kafka.updateBeginningOffsets(Map.of(NEW, NEW_OFFSET, KNOWN, 0L));
        kafka.commitSync(Map.of(KNOWN, new OffsetAndMetadata(KNOWN_OFFSET)));
        return new MillraceConsumer(kafka, "", progress);
    }

    private void assign() {
        kafka.schedulePollTask(
                () -> {
                    try {
                        kafka.rebalance(List.of(NEW, KNOWN));
                    } finally {
                        kafka.addRecord(record(NEW, NEW_OFFSET));
                        kafka.addRecord(record(KNOWN, KNOWN_OFFSET));
                    }
                });
    }

    private static ConsumerRecord<byte[], byte[]> record(TopicPartition partition, long offset) {
        return new ConsumerRecord<>(
                partition.topic(), partition.partition(), offset, new byte[0], new byte[0]);
    }

    private List<Received> poll() throws InterruptedException {
        return consumer.poll(Duration.ZERO);
    }

    @Test
    void wakeupDuringTheAssignmentEndsThePollOnly() throws InterruptedException {
        failures.add(new WakeupException());
        assign();

        assertThat(poll()).isEmpty();
        assertThat(consumer.positions()).isEmpty();
        assertThat(poll()).hasSize(2);
    }

    @Test
    void failureDuringTheAssignmentFailsThePollOnly() throws InterruptedException {
        failures.add(new TimeoutException("no broker"));
        assign();

        assertThatThrownBy(this::poll).isInstanceOf(TimeoutException.class);
        assertThat(poll()).hasSize(2);
    }

    @Test
    void repeatedWakeupsDelayTheAssignment() throws InterruptedException {
        failures.add(new WakeupException());
        failures.add(new WakeupException());
        failures.add(new WakeupException());
        assign();

        assertThat(poll()).isEmpty();
        assertThat(poll()).isEmpty();
        assertThat(poll()).isEmpty();
        assertThat(poll()).hasSize(2);
    }

    @Test
    void rebalanceDuringTheAssignmentDelaysIt() throws InterruptedException {
        failures.add(new RebalanceInProgressException());
        failures.add(new RebalanceInProgressException());
        assign();

        assertThat(poll()).isEmpty();
        assertThat(poll()).isEmpty();
        assertThat(poll()).hasSize(2);
    }

    @Test
    void undisturbedAssignmentStartsAtOnce() throws InterruptedException {
        assign();

        assertThat(poll()).hasSize(2);
        assertThat(consumer.positions())
                .containsExactlyInAnyOrder(
                        new Position(NEW.topic(), NEW.partition(), NEW_OFFSET + 1),
                        new Position(KNOWN.topic(), KNOWN.partition(), KNOWN_OFFSET + 1));
    }
}
