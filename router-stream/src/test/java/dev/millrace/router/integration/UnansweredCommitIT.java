package dev.millrace.router.integration;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.router.streams.RouterClientSupplier;
import dev.millrace.testclusters.RequestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that Streams replaces a producer of a router whose broker answers neither commit nor abort,
 * since it replaces fenced producers. A hanging producer would exceed the timeout.
 */
@Timeout(60)
class UnansweredCommitIT {
    private static final ProducerRecord<byte[], byte[]> RECORD =
            new ProducerRecord<>(RequestCluster.TOPICS.requests(), new byte[] {1});

    @TempDir Path directory;
    private Producer<byte[], byte[]> producer;

    /** Begins a transaction with a record, and stops the broker. */
    @BeforeEach
    void beginTransaction() {
        try (var cluster = new RequestCluster(directory)) {
            producer =
                    new RouterClientSupplier(
                                    System::nanoTime,
                                    Duration.ofMillis(250),
                                    1 << 20,
                                    () -> false,
                                    Set.of())
                            .getProducer(
                                    Map.of(
                                            "bootstrap.servers",
                                            cluster.bootstrap(),
                                            "transactional.id",
                                            "router",
                                            "max.block.ms",
                                            5_000,
                                            "delivery.timeout.ms",
                                            Integer.MAX_VALUE));
            producer.initTransactions();
            producer.beginTransaction();
            var _ = producer.send(RECORD);
            producer.flush();
        }
    }

    @AfterEach
    void close() {
        producer.close();
    }

    @Test
    void unansweredCommitFencesTheProducer() {
        assertThatThrownBy(producer::commitTransaction)
                .isInstanceOf(InvalidProducerEpochException.class)
                .hasMessageContaining("unknown");

        assertIsFenced();
    }

    @Test
    void unansweredAbortFencesTheProducer() {
        assertThatThrownBy(producer::abortTransaction)
                .isInstanceOf(InvalidProducerEpochException.class);

        assertIsFenced();
    }

    @Test
    void unansweredOffsetsFenceTheProducer() {
        Map<String, Object> unreachable =
                Map.of("bootstrap.servers", "127.0.0.1:1", "group.id", "router");
        try (var consumer =
                new KafkaConsumer<>(
                        unreachable, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            assertThatThrownBy(
                            () ->
                                    producer.sendOffsetsToTransaction(
                                            Map.of(
                                                    new TopicPartition(RECORD.topic(), 0),
                                                    new OffsetAndMetadata(1)),
                                            consumer.groupMetadata()))
                    .isInstanceOf(InvalidProducerEpochException.class);
        }

        assertIsFenced();
    }

    private void assertIsFenced() {
        assertThatThrownBy(() -> producer.send(RECORD))
                .isInstanceOf(InvalidProducerEpochException.class);
        producer.flush();
        assertThatThrownBy(producer::abortTransaction)
                .isInstanceOf(InvalidProducerEpochException.class);
        assertThatThrownBy(producer::beginTransaction)
                .isInstanceOf(InvalidProducerEpochException.class);
    }
}
