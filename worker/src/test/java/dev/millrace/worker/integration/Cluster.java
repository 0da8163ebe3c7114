package dev.millrace.worker.integration;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker and what a test does to its topics from outside. */
final class Cluster implements AutoCloseable {
    private final EmbeddedBroker broker;
    final Admin admin;

    Cluster(Path directory) {
        broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(directory));
        admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    void create(String topic, int partitions) throws ExecutionException, InterruptedException {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    }

    void delete(String topic) throws ExecutionException, InterruptedException {
        admin.deleteTopics(List.of(topic)).all().get();
    }

    long beginning(TopicPartition partition) throws ExecutionException, InterruptedException {
        return admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                .partitionResult(partition)
                .get()
                .offset();
    }

    /** Writes that many records to that partition, each with its number as its value. */
    void fill(TopicPartition partition, int count) {
        fill(partition, count, 0);
    }

    /**
     * Writes that many compressed records to that partition, each with its number as its value.
     *
     * @param bytes length of each value, which spaces fill
     */
    void fill(TopicPartition partition, int count, int bytes) {
        try (var producer =
                producer(
                        Map.of("compression.type", "lz4", "max.request.size", 2 * bytes + 1_000))) {
            for (int i = 0; i < count; i++) {
                String number = Integer.toString(i);
                var _ =
                        producer.send(
                                new ProducerRecord<>(
                                        partition.topic(),
                                        partition.partition(),
                                        null,
                                        (" ".repeat(Math.max(0, bytes - number.length())) + number)
                                                .getBytes(UTF_8)));
            }
        }
    }

    /** A producer with an open transaction of that id. */
    KafkaProducer<byte[], byte[]> inTransaction(String id) {
        var producer = producer(Map.of("transactional.id", id));
        producer.initTransactions();
        producer.beginTransaction();
        return producer;
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        var properties = new HashMap<>(more);
        properties.put("bootstrap.servers", bootstrapServers());
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
    }
}
