package dev.millrace.router.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.router.streams.RouterClientSupplier;
import dev.millrace.testclusters.RequestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that a new task of a partition begins at the committed offset, though the closed task
 * before it has polled further records.
 */
class UncommittedRecordsIT {
    private static final TopicPartition PARTITION =
            new TopicPartition(RequestCluster.TOPICS.requests(), 0);

    @TempDir Path directory;
    private RequestCluster cluster;
    private Consumer<byte[], byte[]> consumer;

    @BeforeEach
    void open() {
        cluster = new RequestCluster(directory);
        try (var producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", cluster.bootstrap()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (String value : List.of("first", "second", "third")) {
                var _ =
                        producer.send(
                                new ProducerRecord<>(
                                        PARTITION.topic(),
                                        PARTITION.partition(),
                                        null,
                                        value.getBytes(UTF_8)));
            }
        }
        consumer =
                new RouterClientSupplier(
                                System::nanoTime,
                                Duration.ofMillis(250),
                                1 << 20,
                                () -> false,
                                Set.of())
                        .getConsumer(
                                Map.of(
                                        "bootstrap.servers",
                                        cluster.bootstrap(),
                                        "group.id",
                                        "router",
                                        "enable.auto.commit",
                                        false,
                                        "auto.offset.reset",
                                        "earliest"));
        consumer.assign(List.of(PARTITION));
    }

    @AfterEach
    void close() {
        consumer.close();
        cluster.close();
    }

    private List<String> poll(int count) {
        var values = new ArrayList<String>();
        await().until(
                        () -> {
                            for (ConsumerRecord<byte[], byte[]> record :
                                    consumer.poll(Duration.ofMillis(10))) {
                                values.add(new String(record.value(), UTF_8));
                            }
                            return values.size() >= count;
                        });
        return values;
    }

    @Test
    void recordsBehindTheCommittedOffsetAreReadAgain() {
        poll(3);
        consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(1)));

        var committed = consumer.committed(Set.of(PARTITION));

        assertThat(committed).containsEntry(PARTITION, new OffsetAndMetadata(1));
        assertThat(poll(2)).containsExactly("second", "third");
    }

    @Test
    void allRecordsAreReadAgainWithoutACommittedOffset() {
        poll(3);

        var _ = consumer.committed(Set.of(PARTITION));

        assertThat(poll(3)).containsExactly("first", "second", "third");
    }

    @Test
    void positionOfAPartitionThatWasNotPolledStays() {
        consumer.seek(PARTITION, 2);

        var _ = consumer.committed(Set.of(PARTITION));

        assertThat(poll(1)).containsExactly("third");
    }
}
