package dev.millrace.retrieval.kafka;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class KafkaDocumentLogTest {
    @Test
    void aMissingTopicIsNotATopicWithoutDocuments() {
        try (var consumer = new MockConsumer<byte[], byte[]>("earliest")) {
            assertThatExceptionOfType(UnknownTopicOrPartitionException.class)
                    .isThrownBy(() -> KafkaDocumentLog.partitions(consumer, "documents"))
                    .withMessageContaining("documents");
        }
    }
}
