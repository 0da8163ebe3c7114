package dev.millrace.worker.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.FirstUse;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class UncommittedOffsetLookupTest {
    private static FirstUse use(String topicId) {
        return new FirstUse("workers", new TopicPartition("jobs", 0), topicId);
    }

    @Nested
    class AMarker {
        @Test
        void markerOfTheSameTopicCounts() {
            assertThat(
                            UncommittedOffsetLookup.isUsed(
                                    use("a"), 0, use("a").toRecord("control").value()))
                    .isTrue();
        }

        @Test
        void markerOfADeletedTopicIsIgnored() {
            assertThat(
                            UncommittedOffsetLookup.isUsed(
                                    use("b"), 0, use("a").toRecord("control").value()))
                    .isFalse();
        }

        @Test
        void unreadableMarkerCounts() {
            assertThat(UncommittedOffsetLookup.isUsed(use("a"), 0, "?".getBytes(UTF_8))).isTrue();
        }

        @Test
        void missingMarkerIsNoUse() {
            assertThat(UncommittedOffsetLookup.isUsed(use("a"), 0, null)).isFalse();
        }
    }

    @Nested
    class WithoutAMarker {
        @Test
        void deletedRecordsShowThatThePartitionWasUsed() {
            assertThat(UncommittedOffsetLookup.isUsed(use("a"), 1, null)).isTrue();
        }
    }
}
