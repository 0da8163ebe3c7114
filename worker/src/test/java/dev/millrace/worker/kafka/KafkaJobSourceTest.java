package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.worker.port.JobSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaJobSourceTest {
    private static final TopicPartition ONE = new TopicPartition("jobs", 0);
    private static final TopicPartition OTHER = new TopicPartition("jobs", 1);

    private final Client consumer = new Client();
    private final List<MockConsumer<byte[], byte[]>> later = new ArrayList<>();
    private boolean isFirst = true;
    private final KafkaJobSource source = new KafkaJobSource(this::newConsumer, false);
    private final List<String> heard = new ArrayList<>();

    @BeforeEach
    void assign() {
        source.subscribe(List.of("jobs"), new Heard());
        consumer.schedulePollTask(() -> consumer.rebalance(Set.of(ONE, OTHER)));
        source.poll(Duration.ZERO);
        heard.clear();
    }

    /** A consumer that may stop reading committed offsets. */
    private static final class Client extends MockConsumer<byte[], byte[]> {
        private boolean isSilent;
        private boolean rejectsLogin;
        private boolean tellOnClose;
        private @Nullable ConsumerRebalanceListener listener;

        Client() {
            super("none");
        }

        @Override
        public synchronized void subscribe(
                Collection<String> topics, ConsumerRebalanceListener rebalances) {
            listener = rebalances;
            super.subscribe(topics, rebalances);
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
                Set<TopicPartition> partitions, Duration wait) {
            if (isSilent) {
                throw new TimeoutException("no answer");
            }
            return super.committed(partitions, wait);
        }

        @Override
        public synchronized Map<TopicPartition, Long> endOffsets(
                Collection<TopicPartition> partitions, Duration wait) {
            if (rejectsLogin) {
                throw new SaslAuthenticationException("expired");
            }
            return super.endOffsets(partitions, wait);
        }

        @Override
        public synchronized void close(CloseOptions options) {
            if (tellOnClose && listener != null) {
                listener.onPartitionsRevoked(assignment());
            }
            super.close(options);
        }
    }

    private Consumer<byte[], byte[]> newConsumer() {
        if (isFirst) {
            isFirst = false;
            return consumer;
        }
        later.add(new MockConsumer<>("none"));
        return later.getLast();
    }

    private final class Heard implements JobSource.Listener {
        @Override
        public void onAssigned(Collection<TopicPartition> partitions) {
            heard.add("assigned");
        }

        @Override
        public void onRevoked(Collection<TopicPartition> partitions) {
            heard.add("revoked");
        }

        @Override
        public void onLost(Collection<TopicPartition> partitions) {
            heard.add("lost");
        }

        @Override
        public void onOutOfRange(TopicPartition partition, long position) {
            heard.add(partition + " at " + position);
        }

        @Override
        public void onCorrupt(TopicPartition partition, String reason) {
            heard.add(partition + " is corrupt: " + reason);
        }

        @Override
        public void onFailed(String reason, boolean someTopicsOnly) {
            heard.add((someTopicsOnly ? "some topics failed: " : "failed: ") + reason);
        }
    }

    private void pollThrowing(KafkaException e) {
        consumer.setPollException(e);
        assertThat(source.poll(Duration.ZERO).isEmpty()).isTrue();
    }

    @Nested
    class AnAssignedPartition {
        @Test
        void assignedPartitionIsPausedWithAPosition() {
            assertThat(consumer.paused()).containsExactlyInAnyOrder(ONE, OTHER);
            assertThat(consumer.position(ONE)).isZero();
        }
    }

    @Nested
    class APositionOutOfRange {
        private final OffsetOutOfRangeException outOfRange =
                new OffsetOutOfRangeException(Map.of(ONE, 7L));

        @BeforeEach
        void resumeBoth() {
            source.seek(ONE, 7);
            source.resume(Set.of(ONE, OTHER));
        }

        @Test
        void partitionIsPausedAndReported() {
            pollThrowing(outOfRange);

            assertThat(heard).containsExactly("jobs-0 at 7");
            assertThat(consumer.paused()).containsExactly(ONE);
            assertThat(consumer.position(ONE)).isEqualTo(7);
        }

        @Test
        void positionIsReportedOnceUntilTheNextSeek() {
            pollThrowing(outOfRange);
            pollThrowing(outOfRange);
            assertThat(heard).hasSize(1);

            source.seek(ONE, 7);
            pollThrowing(outOfRange);
            assertThat(heard).hasSize(2);
        }

        @Test
        void truncationIsReported() {
            pollThrowing(new LogTruncationException("truncated", Map.of(ONE, 7L), Map.of()));

            assertThat(heard).containsExactly("jobs-0 at 7");
        }

        @Test
        void unownedPartitionIsNotReported() {
            pollThrowing(new OffsetOutOfRangeException(Map.of(new TopicPartition("jobs", 9), 1L)));

            assertThat(heard).isEmpty();
        }
    }

    @Nested
    class OtherExceptionsOfTheClient {
        @Test
        void latePositionIsIgnored() {
            pollThrowing(new NoOffsetForPartitionException(ONE));

            assertThat(heard).isEmpty();
        }

        @Test
        void forbiddenTopicIsReported() {
            pollThrowing(new TopicAuthorizationException(Set.of("jobs")));

            assertThat(heard)
                    .singleElement()
                    .asString()
                    .startsWith("some topics failed: The user may not use the topics [jobs]");
        }

        @Test
        void failedLoginIsReported() {
            pollThrowing(new SaslAuthenticationException("wrong password"));

            assertThat(heard)
                    .containsExactly(
                            "failed: The brokers refused the login: wrong password. Check"
                                    + " sasl.mechanism and sasl.jaas.config in the kafka block");
        }

        @Test
        void exceptionOfTheListenerReachesTheLoop() {
            var fault = new IllegalStateException("a bug");
            source.subscribe(
                    List.of("jobs"),
                    new JobSource.Listener() {
                        @Override
                        public void onAssigned(Collection<TopicPartition> partitions) {
                            throw fault;
                        }

                        @Override
                        public void onRevoked(Collection<TopicPartition> partitions) {}

                        @Override
                        public void onLost(Collection<TopicPartition> partitions) {}

                        @Override
                        public void onOutOfRange(TopicPartition partition, long position) {}

                        @Override
                        public void onCorrupt(TopicPartition partition, String reason) {}

                        @Override
                        public void onFailed(String reason, boolean someTopicsOnly) {}
                    });
            consumer.schedulePollTask(
                    () -> {
                        try {
                            consumer.rebalance(Set.of(ONE));
                        } catch (IllegalStateException e) {
                            throw new KafkaException("User rebalance callback throws an error", e);
                        }
                    });

            assertThatThrownBy(() -> source.poll(Duration.ZERO)).isSameAs(fault);
        }
    }

    @Nested
    class ACorruptBatch {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Received exception when fetching the next record from jobs-1. If needed, please"
                            + " seek past the record to continue consumption.",
                    "Encountered corrupt message when fetching offset 7 for topic-partition jobs-1",
                    "Failed to make progress reading messages at jobs-1=7. Received a non-empty"
                            + " fetch response"
                })
        void onlyItsPartitionIsPausedAndReported(String text) {
            source.resume(Set.of(ONE, OTHER));
            pollThrowing(new KafkaException(text, new KafkaException("wrong checksum")));

            assertThat(heard)
                    .containsExactly(
                            "jobs-1 is corrupt: a batch of records cannot be read: wrong checksum");
            assertThat(consumer.paused()).containsExactly(OTHER);
        }

        @Test
        void partitionWithALongerNameIsNotMatched() {
            pollThrowing(
                    new KafkaException(
                            "Received exception when fetching the next record from jobs-11. If"));

            assertThat(heard).singleElement().asString().startsWith("failed: KafkaException");
        }
    }

    @Nested
    class CommittedOffsets {
        @Test
        void offsetsAreUnknownToAFencedMember() {
            var expelled =
                    new MockConsumer<byte[], byte[]>("none") {
                        @Override
                        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
                                Set<TopicPartition> partitions, Duration wait) {
                            throw new UnknownMemberIdException("expelled");
                        }
                    };

            assertThat(new KafkaJobSource(() -> expelled, false).committed(Set.of(ONE))).isEmpty();
        }

        private void failToRead(int times) {
            consumer.isSilent = true;
            for (int i = 0; i < times; i++) {
                assertThat(source.committed(Set.of(ONE))).isEmpty();
            }
        }

        @Test
        void consumerThatCannotReadThemIsReplacedAndLosesItsPartitions() {
            failToRead(KafkaJobSource.MAX_UNKNOWN);
            source.poll(Duration.ZERO);

            assertThat(heard).containsExactly("lost");
            assertThat(consumer.closed()).isTrue();
            assertThat(later).hasSize(1);
            assertThat(later.getFirst().subscription()).containsExactly("jobs");

            source.poll(Duration.ZERO);
            assertThat(later).hasSize(1);
        }

        @Test
        void replacedConsumerIsNotHeard() {
            failToRead(KafkaJobSource.MAX_UNKNOWN);
            consumer.tellOnClose = true;
            source.poll(Duration.ZERO);

            assertThat(heard).containsExactly("lost");
        }

        @Test
        void consumerThatReadsThemInBetweenIsNotReplaced() {
            failToRead(KafkaJobSource.MAX_UNKNOWN - 1);
            consumer.isSilent = false;
            assertThat(source.committed(Set.of(ONE))).isPresent();
            failToRead(KafkaJobSource.MAX_UNKNOWN - 1);
            source.poll(Duration.ZERO);

            assertThat(later).isEmpty();
            assertThat(heard).isEmpty();
        }
    }

    @Nested
    class AMembershipEndedByARejection {
        @Test
        void consumerIsReplacedOnce() {
            consumer.schedulePollTask(() -> consumer.rebalance(Set.of()));
            source.poll(Duration.ZERO);
            pollThrowing(new GroupAuthorizationException("millrace.worker"));
            assertThat(later).isEmpty();

            source.poll(Duration.ZERO);
            assertThat(consumer.closed()).isTrue();
            assertThat(later.getFirst().subscription()).containsExactly("jobs");

            source.poll(Duration.ZERO);
            assertThat(later).hasSize(1);
        }

        @Test
        void consumerWithPartitionsIsNotReplaced() {
            pollThrowing(new GroupAuthorizationException("millrace.worker"));
            source.poll(Duration.ZERO);

            assertThat(later).isEmpty();
        }
    }

    @Test
    void rejectedLoginLeavesTheNumberOfUnreadRecordsUnknown() {
        source.poll(Duration.ZERO);
        consumer.rejectsLogin = true;

        assertThat(source.unread(Set.of(ONE))).isEmpty();
    }
}
