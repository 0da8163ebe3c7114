package dev.millrace.retrieval.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.contracts.topic.KeyPartitions;
import java.util.List;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
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
    void addedPartitionIsNoticed() {
        consumer.updatePartitions("documents", List.of(partition(0)));
        FollowedTopic topic = FollowedTopic.open(consumer, "documents");
        assertThat(topic.hasGrown()).isFalse();

        consumer.updatePartitions("documents", List.of(partition(0), partition(1)));

        assertThat(topic.hasGrown()).isTrue();
    }

    private static PartitionInfo partition(int number) {
        return new PartitionInfo("documents", number, null, null, null);
    }

    @Test
    void aFailedOpenOfResultsClosesTheConsumer() {
        assertThatExceptionOfType(UnknownTopicOrPartitionException.class)
                .isThrownBy(() -> ResultPartitions.open(consumer, "results", new KeyPartitions(4)));

        assertThat(consumer.closed()).isTrue();
    }
}
