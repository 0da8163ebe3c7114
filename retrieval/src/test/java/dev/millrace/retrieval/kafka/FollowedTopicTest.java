package dev.millrace.retrieval.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class FollowedTopicTest {
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

    @Test
    void aMissingTopicIsNotAnEmptyTopic() {
        assertThatExceptionOfType(UnknownTopicOrPartitionException.class)
                .isThrownBy(() -> FollowedTopic.open(consumer, "documents"))
                .withMessageContaining("documents");
    }

    @Test
    void aFailedOpenClosesTheConsumer() {
        assertThatExceptionOfType(UnknownTopicOrPartitionException.class)
                .isThrownBy(() -> FollowedTopic.open(consumer, "vectors"));

        assertThat(consumer.closed()).isTrue();
    }

    @Test
    void aFailedOpenOfResultsClosesTheConsumer() {
        assertThatExceptionOfType(UnknownTopicOrPartitionException.class)
                .isThrownBy(() -> ResultPartitions.open(consumer, "results"));

        assertThat(consumer.closed()).isTrue();
    }
}
