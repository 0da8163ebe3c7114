package dev.millrace.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DeletionQueueTest {
    private final DeletionQueue deletions = new DeletionQueue();

    private static TopicPartition partition(int number) {
        return new TopicPartition("jobs", number);
    }

    private static Map<TopicPartition, Long> offsets(int partitions, long offset) {
        return IntStream.range(0, partitions)
                .boxed()
                .collect(Collectors.toMap(DeletionQueueTest::partition, _ -> offset));
    }

    private Map<TopicPartition, Long> delete() {
        var step = deletions.nextStep();
        step.forEach(deletions::onDeleted);
        return step;
    }

    @Nested
    class ManyPartitions {
        @Test
        void partitionsAreDeletedInSmallSteps() {
            deletions.add(offsets(120, 7));

            var all = new HashMap<>(delete());
            assertThat(all).hasSize(DeletionQueue.MAX_PARTITIONS);
            all.putAll(delete());
            all.putAll(delete());
            assertThat(all).isEqualTo(offsets(120, 7));
            assertThat(delete()).isEmpty();
        }

        @Test
        void onlyOneThreadRuns() {
            assertThat(deletions.add(offsets(60, 1))).isTrue();
            assertThat(deletions.add(offsets(60, 2))).isFalse();
            delete();
            assertThat(deletions.add(offsets(60, 3))).isFalse();
        }

        @Test
        void anotherThreadStartsAfterTheFirstHasEnded() {
            deletions.add(offsets(1, 1));
            delete();
            delete();

            assertThat(deletions.add(offsets(1, 2))).isTrue();
        }
    }

    @Nested
    class APartition {
        @Test
        void newestOffsetOfAPartitionCounts() {
            deletions.add(offsets(1, 5));
            deletions.add(offsets(1, 9));

            assertThat(delete()).isEqualTo(offsets(1, 9));
        }

        @Test
        void unchangedOffsetIsSkipped() {
            deletions.add(offsets(1, 5));
            delete();
            delete();

            assertThat(deletions.add(offsets(1, 5))).isFalse();
            assertThat(deletions.nextStep()).isEmpty();
        }

        @Test
        void offsetWithoutEarlierRecordsIsSkipped() {
            assertThat(deletions.add(offsets(1, 0))).isFalse();
        }

        @Test
        void recreatedPartitionStartsOver() {
            deletions.add(offsets(1, 500));
            delete();
            delete();

            assertThat(deletions.add(offsets(1, 3))).isTrue();
            assertThat(delete()).isEqualTo(offsets(1, 3));
        }
    }

    @Nested
    class AFailedDeletion {
        @Test
        void failedDeletionWaitsForTheNextCall() {
            deletions.add(offsets(1, 5));
            deletions.nextStep().forEach(deletions::onFailed);
            assertThat(deletions.nextStep()).isEmpty();

            assertThat(deletions.add(Map.of())).isTrue();
            assertThat(deletions.nextStep()).isEqualTo(offsets(1, 5));
        }

        @Test
        void newerOffsetReplacesAFailedDeletion() {
            deletions.add(offsets(1, 5));
            deletions.nextStep().forEach(deletions::onFailed);
            deletions.add(offsets(1, 6));

            assertThat(deletions.nextStep()).isEqualTo(offsets(1, 6));
        }
    }
}
