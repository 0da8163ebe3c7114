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
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class KafkaJobSourceTest {
    private static final TopicPartition ONE = new TopicPartition("jobs", 0);
    private static final TopicPartition OTHER = new TopicPartition("jobs", 1);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final KafkaJobSource source = new KafkaJobSource(consumer);
    private final List<String> heard = new ArrayList<>();

    @BeforeEach
    void assign() {
        source.subscribe(List.of("jobs"), new Heard());
        consumer.schedulePollTask(() -> consumer.rebalance(Set.of(ONE, OTHER)));
        source.poll(Duration.ZERO);
        heard.clear();
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
    }

    private void pollThrowing(KafkaException e) {
        consumer.setPollException(e);
        assertThat(source.poll(Duration.ZERO).isEmpty()).isTrue();
    }

    @Nested
    class AnAssignedPartition {
        @Test
        void isPausedAndHasAPosition() {
            assertThat(consumer.paused()).containsExactlyInAnyOrder(ONE, OTHER);
            assertThat(consumer.position(ONE)).isZero();
        }
    }

    @Nested
    class APositionThatTheTopicDoesNotHave {
        private final OffsetOutOfRangeException outOfRange =
                new OffsetOutOfRangeException(Map.of(ONE, 7L));

        @BeforeEach
        void resumeBoth() {
            source.seek(ONE, 7);
            source.resume(Set.of(ONE, OTHER));
        }

        @Test
        void pausesItsPartitionAndTellsTheLoop() {
            pollThrowing(outOfRange);

            assertThat(heard).containsExactly("jobs-0 at 7");
            assertThat(consumer.paused()).containsExactly(ONE);
            assertThat(consumer.position(ONE)).isEqualTo(7);
        }

        @Test
        void isToldOnceUntilTheLoopHasSeekedElsewhere() {
            pollThrowing(outOfRange);
            pollThrowing(outOfRange);
            assertThat(heard).hasSize(1);

            source.seek(ONE, 7);
            pollThrowing(outOfRange);
            assertThat(heard).hasSize(2);
        }

        @Test
        void isToldAlsoWhenTheTopicWasTruncated() {
            pollThrowing(new LogTruncationException("truncated", Map.of(ONE, 7L), Map.of()));

            assertThat(heard).containsExactly("jobs-0 at 7");
        }

        @Test
        void ofAPartitionThatIsNoLongerOursIsNothingToTell() {
            pollThrowing(new OffsetOutOfRangeException(Map.of(new TopicPartition("jobs", 9), 1L)));

            assertThat(heard).isEmpty();
        }
    }

    @Nested
    class WhatTheClientThrowsBesides {
        @Test
        void isNothingWhenAPositionCameLate() {
            pollThrowing(new NoOffsetForPartitionException(ONE));

            assertThat(heard).isEmpty();
        }

        @Test
        void reachesTheLoop() {
            consumer.setPollException(new TopicAuthorizationException(Set.of("jobs")));

            assertThatThrownBy(() -> source.poll(Duration.ZERO))
                    .isInstanceOf(TopicAuthorizationException.class);
        }
    }
}
