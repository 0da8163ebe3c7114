package dev.millrace.testclusters;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.TopicPlan;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ParsedLine;
import dev.millrace.producer.ProducerSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;

/**
 * An embedded broker with all topics: everything around a router.
 *
 * <p>Publishes requests, and reads all committed records that routers write. Used by one thread.
 */
public final class RequestCluster implements AutoCloseable {
    /** A broker takes longest to create partitions, and a router to open the stores of each. */
    private static final String FEW_PARTITIONS = "topics: { partitions: 2 }";

    public static final String MODEL = "gpt-4.1";
    public static final String OTHER_MODEL = "qwen-turbo";
    public static final Topics TOPICS = new Topics("millrace.");

    private static final Duration POLL = Duration.ofMillis(50);

    private final Path directory;
    private final EmbeddedBroker broker;
    private final MillraceConfig config;
    private final MillraceProducer producer;
    private final KafkaConsumer<byte[], byte[]> reader;
    private final List<ConsumerRecord<byte[], byte[]>> output = new ArrayList<>();

    /** Starts a broker that keeps its log in a folder of the given directory. */
    public RequestCluster(Path directory) {
        this.directory = directory;
        broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(directory.resolve("kafka")));
        config = config(broker.bootstrapServers());
        createMissingTopics();
        producer =
                MillraceProducer.open(
                        new ProducerSettings(
                                Map.of("bootstrap.servers", broker.bootstrapServers()),
                                TOPICS.requests(),
                                config.topics().prefix(),
                                config.topics().maxRequestBytes(),
                                null));
        reader = reader();
    }

    /** Returns the configuration of a router. */
    public static MillraceConfig config(String bootstrap) {
        return new ConfigLoader(Map.of())
                .parse("test", FEW_PARTITIONS)
                .withSimulator()
                .withKafka(KafkaConfig.of(bootstrap));
    }

    private KafkaConsumer<byte[], byte[]> reader() {
        Map<String, Object> properties =
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "isolation.level",
                        "read_committed");
        var consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> all =
                TopicPlan.of(config).stream()
                        .filter(topic -> !topic.name().equals(TOPICS.requests()))
                        .flatMap(
                                topic ->
                                        IntStream.range(0, topic.partitions())
                                                .mapToObj(i -> new TopicPartition(topic.name(), i)))
                        .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
        return consumer;
    }

    /** Creates the missing topics of the plan. */
    public void createMissingTopics() {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            PlannedTopics.createMissing(admin, TopicPlan.of(config));
        }
    }

    public String bootstrap() {
        return broker.bootstrapServers();
    }

    /** Returns the state folder for routers that share one. */
    public Path state() {
        return directory.resolve("state");
    }

    /** Publishes the lines of a file. */
    public void submit(byte[] file) throws IOException {
        try (var lines =
                new BatchFileReader(
                        new ByteArrayInputStream(file), config.topics().maxRequestBytes())) {
            for (BatchLine line = lines.next(); line != null; line = lines.next()) {
                var _ = producer.send(ParsedLine.of(line), "batch");
            }
        }
        producer.flush();
    }

    /** Publishes the lines of a file. */
    public void submit(String file) throws IOException {
        submit(file.getBytes(UTF_8));
    }

    /** Returns a line of a batch file. */
    public static String line(String customId, String model, String text) {
        return """
        {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":{"model":"%s","messages":[{"role":"user","content":"%s"}]}}
        """
                .formatted(customId, model, text);
    }

    /** Returns the records committed since the last call; waits briefly for the first. */
    public List<ConsumerRecord<byte[], byte[]>> poll() {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        reader.poll(POLL).forEach(records::add);
        output.addAll(records);
        return records;
    }

    /** Waits until the given number of routers share the request partitions. */
    public void awaitRouters(int count) {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            RouterGroup.await(admin, TOPICS, count);
        }
    }

    /**
     * Waits until {@code count} committed records are not cost events; returns all committed
     * records.
     */
    public List<ConsumerRecord<byte[], byte[]>> awaitOutput(int count) {
        await(it -> !isCost(it), count);
        return List.copyOf(output);
    }

    /** Waits until {@code count} committed records are cost events. */
    public void awaitCosts(int count) {
        await(RequestCluster::isCost, count);
    }

    private static boolean isCost(ConsumerRecord<byte[], byte[]> record) {
        return record.topic().equals(TOPICS.costs());
    }

    private void await(Predicate<ConsumerRecord<byte[], byte[]>> kind, int count) {
        Awaitility.await()
                // Ignores the exception with which a replaced stream thread ends.
                .dontCatchUncaughtExceptions()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(
                        () -> {
                            reader.poll(POLL).forEach(output::add);
                            return output.stream().filter(kind).count() >= count;
                        });
    }

    /** Returns all committed records; fails if another record arrives within a second. */
    public List<ConsumerRecord<byte[], byte[]>> awaitNoMoreOutput() {
        while (!reader.poll(Duration.ofSeconds(1)).isEmpty()) {
            throw new AssertionError("more output than expected");
        }
        return List.copyOf(output);
    }

    /** Lowers a topic's maximum record size. */
    public void setMaxRecordBytes(String topic, int bytes)
            throws InterruptedException, ExecutionException {
        var limit = new ConfigEntry("max.message.bytes", Integer.toString(bytes));
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            var _ =
                    admin.incrementalAlterConfigs(
                                    Map.of(
                                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                                            List.of(
                                                    new AlterConfigOp(
                                                            limit, AlterConfigOp.OpType.SET))))
                            .all()
                            .get();
        }
    }

    public void delete(String topic) throws InterruptedException, ExecutionException {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            var _ = admin.deleteTopics(List.of(topic)).all().get();
        }
    }

    /** Waits until all requests have been deleted; returns their number. */
    public long awaitEmptyRequests() {
        List<TopicPartition> partitions =
                IntStream.range(0, config.topics().partitions())
                        .mapToObj(i -> new TopicPartition(TOPICS.requests(), i))
                        .toList();
        Awaitility.await()
                .until(
                        () ->
                                reader.beginningOffsets(partitions)
                                        .equals(reader.endOffsets(partitions)));
        return reader.endOffsets(partitions).values().stream().mapToLong(it -> it).sum();
    }

    @Override
    public void close() {
        producer.close();
        reader.close();
        broker.close();
    }
}
