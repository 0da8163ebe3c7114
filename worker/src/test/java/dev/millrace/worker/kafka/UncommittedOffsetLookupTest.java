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
                            UncommittedOffsetLookup.isMarked(
                                    use("a"), use("a").toRecord("control").value()))
                    .isTrue();
        }

        @Test
        void markerOfADeletedTopicIsIgnored() {
            assertThat(
                            UncommittedOffsetLookup.isMarked(
                                    use("b"), use("a").toRecord("control").value()))
                    .isFalse();
        }

        @Test
        void unreadableMarkerCounts() {
            assertThat(UncommittedOffsetLookup.isMarked(use("a"), "?".getBytes(UTF_8))).isTrue();
        }

        @Test
        void missingMarkerIsNoUse() {
            assertThat(UncommittedOffsetLookup.isMarked(use("a"), null)).isFalse();
        }
    }
}
