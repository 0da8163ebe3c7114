package dev.millrace.consumer.integration;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.consumer.ConsumerSettings;
import dev.millrace.consumer.OutputTopic;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobLabels;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.EndReceivers;
import dev.millrace.contracts.result.JobFacts;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.result.Route;
import dev.millrace.contracts.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** A broker, and a writer of its output topics. Each test has topics with its own prefix. */
final class OutputCluster implements AutoCloseable {

    static final int PARTITIONS = 2;

    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private final EmbeddedBroker broker;
    private final Producer<byte[], byte[]> writer;

    OutputCluster(Path directory) {
        broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(directory));
        writer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                broker.bootstrapServers(),
                                "transactional.id",
                                "writer"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        writer.initTransactions();
    }

    /** Returns the names of new, empty output topics. */
    Topics newTopics() {
        var topics = new Topics("t" + PREFIXES.incrementAndGet() + ".");
        try (var admin = admin()) {
            admin.createTopics(
                            Stream.of(topics.results(), topics.costs(), topics.deadLetters())
                                    .map(name -> new NewTopic(name, PARTITIONS, (short) 1))
                                    .toList())
                    .all()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            awaitLeaders(admin, topics);
        }
        return topics;
    }

    /** A new topic is known to the controller before it is known to the broker. */
    private static void awaitLeaders(Admin admin, Topics topics) {
        Map<TopicPartition, OffsetSpec> ends =
                Stream.of(topics.results(), topics.costs(), topics.deadLetters())
                        .flatMap(
                                name ->
                                        IntStream.range(0, PARTITIONS)
                                                .mapToObj(i -> new TopicPartition(name, i)))
                        .collect(Collectors.toMap(it -> it, _ -> OffsetSpec.latest()));
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .ignoreException(ExecutionException.class)
                .until(() -> admin.listOffsets(ends).all().get().size() == ends.size());
    }

    ConsumerSettings settings(Topics topics, OutputTopic... read) {
        return new ConsumerSettings(client(), read).withPrefix(topics.prefix());
    }

    Map<String, String> client() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    /** Returns a result for the given partition. */
    static ProducerRecord<byte[], byte[]> result(Topics topics, int partition, String customId) {
        var job = JobId.of("acme", "b", customId);
        var outcome =
                new Outcome.Answered(
                        200, null, ProviderBody.of("{\"text\":\"yes\"}".getBytes(UTF_8)), null);
        var provenance =
                new Provenance(
                        JobFacts.of(
                                new BatchJob(job, "acme", "b"),
                                1L,
                                Route.NONE,
                                EndReceivers.ofPartition(null),
                                null),
                        Calls.NONE,
                        new JobLabels(null, null));
        return new ProducerRecord<>(
                topics.results(),
                partition,
                job.value().getBytes(UTF_8),
                new JobResult(customId, outcome, provenance).toJson());
    }

    /** Writes the records in one transaction, and commits it. */
    void commit(List<ProducerRecord<byte[], byte[]>> records) {
        writer.beginTransaction();
        records.forEach(
                it -> {
                    var _ = writer.send(it);
                });
        writer.commitTransaction();
    }

    /** Writes the records in one transaction that the brokers have, and aborts it. */
    void abort(List<ProducerRecord<byte[], byte[]>> records) {
        writer.beginTransaction();
        records.forEach(
                it -> {
                    var _ = writer.send(it);
                });
        writer.flush();
        writer.abortTransaction();
    }

    /** Deletes the records of a partition below an offset, as a short retention does. */
    void deleteBefore(String topic, int partition, long offset) {
        try (var admin = admin()) {
            var _ =
                    admin.deleteRecords(
                                    Map.of(
                                            new TopicPartition(topic, partition),
                                            RecordsToDelete.beforeOffset(offset)))
                            .all()
                            .toCompletionStage()
                            .toCompletableFuture()
                            .join();
        }
    }

    /** Sets where a group without members continues in a partition. */
    void setGroupOffset(String group, String topic, int partition, long offset) {
        try (var admin = admin()) {
            var _ =
                    admin.alterConsumerGroupOffsets(
                                    group,
                                    Map.of(
                                            new TopicPartition(topic, partition),
                                            new OffsetAndMetadata(offset)))
                            .all()
                            .toCompletionStage()
                            .toCompletableFuture()
                            .join();
        }
    }

    @Override
    public void close() {
        writer.close();
        broker.close();
    }
}
