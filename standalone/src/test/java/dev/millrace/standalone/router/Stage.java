package dev.millrace.standalone.router;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.config.ConfigLoader;
import dev.millrace.contracts.config.KafkaConfig;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.topic.TopicPlan;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ParsedLine;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import dev.millrace.standalone.broker.EmbeddedBroker;
import dev.millrace.standalone.broker.EmbeddedBrokerSettings;
import dev.millrace.standalone.topics.TopicAdmin;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;

/** A broker with all topics, a producer, and a committed reader of all that a router writes. */
final class Stage implements AutoCloseable {
    static final String MODEL = "gpt-4.1";
    static final String OTHER_MODEL = "qwen-turbo";
    static final Topics TOPICS = new Topics("millrace.");

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Path directory;
    private final EmbeddedBroker broker;
    private final MillraceConfig config;
    private final MillraceProducer producer;
    private final KafkaConsumer<byte[], byte[]> reader;
    private final List<ConsumerRecord<byte[], byte[]>> seen = new ArrayList<>();

    Stage(Path directory) {
        this.directory = directory;
        broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(directory.resolve("kafka")));
        config = config(broker.bootstrapServers());
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            var _ = new TopicAdmin(admin).apply(TopicPlan.of(config));
        }
        producer =
                MillraceProducer.open(
                        new ProducerSettings(
                                Map.of("bootstrap.servers", broker.bootstrapServers()),
                                TOPICS.requests(),
                                config.topics(),
                                null),
                        InstantSource.system());
        reader = reader();
    }

    static MillraceConfig config(String bootstrap) {
        return new ConfigLoader(Map.of())
                .parse("test", "{}")
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

    String bootstrap() {
        return broker.bootstrapServers();
    }

    /** Where routers of this stage keep their state, by default the same for all. */
    Path state() {
        return directory.resolve("state");
    }

    /** A router in this process, working. */
    Router router(Path state) {
        var router =
                Router.start(
                        RouterSettings.embedded(config, state),
                        new SimpleMeterRegistry(),
                        InstantSource.system());
        Awaitility.await().atMost(PATIENCE).until(() -> router.health().ready());
        return router;
    }

    /** Sends the lines of a file. */
    void submit(byte[] file) throws IOException {
        try (var lines =
                new BatchFileReader(
                        new ByteArrayInputStream(file), config.topics().maxRequestBytes())) {
            for (BatchLine line = lines.next(); line != null; line = lines.next()) {
                var _ = producer.send(ParsedLine.of(line), "batch");
            }
        }
        producer.flush();
    }

    void submit(String file) throws IOException {
        submit(file.getBytes(UTF_8));
    }

    static String line(String customId, String model, String text) {
        return """
        {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":{"model":"%s","messages":[{"role":"user","content":"%s"}]}}
        """
                .formatted(customId, model, text);
    }

    /** What has been committed since the last look, waiting a moment for something to come. */
    List<ConsumerRecord<byte[], byte[]>> look() {
        List<ConsumerRecord<byte[], byte[]>> fresh = new ArrayList<>();
        reader.poll(POLL).forEach(fresh::add);
        seen.addAll(fresh);
        return fresh;
    }

    /** Waits until so many routers share the partitions of the requests. */
    void awaitRouters(int count) {
        String group = TOPICS.prefix() + "router";
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .ignoreException(ExecutionException.class)
                    .until(
                            () ->
                                    admin
                                                    .describeConsumerGroups(List.of(group))
                                                    .all()
                                                    .get()
                                                    .values()
                                                    .stream()
                                                    .flatMap(it -> it.members().stream())
                                                    .filter(Stage::hasRequests)
                                                    .count()
                                            == count);
        }
    }

    private static boolean hasRequests(MemberDescription member) {
        return member.assignment().topicPartitions().stream()
                .anyMatch(it -> it.topic().equals(TOPICS.requests()));
    }

    /** Everything that is committed, once there are so many records without the cost events. */
    List<ConsumerRecord<byte[], byte[]>> awaitOutput(int count) {
        Awaitility.await()
                // A stream thread that is replaced ends with its exception.
                .dontCatchUncaughtExceptions()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(
                        () -> {
                            reader.poll(POLL).forEach(seen::add);
                            return seen.stream()
                                            .filter(it -> !it.topic().equals(TOPICS.costs()))
                                            .count()
                                    >= count;
                        });
        return List.copyOf(seen);
    }

    /** Everything that is committed, once nothing more comes for a while. */
    List<ConsumerRecord<byte[], byte[]>> settle() {
        while (!reader.poll(Duration.ofSeconds(1)).isEmpty()) {
            throw new AssertionError("more came than was sent");
        }
        return List.copyOf(seen);
    }

    /** Lowers the largest record that a topic takes. */
    void limit(String topic, int bytes) throws InterruptedException, ExecutionException {
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

    void delete(String topic) throws InterruptedException, ExecutionException {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            var _ = admin.deleteTopics(List.of(topic)).all().get();
        }
    }

    /** How many requests there were, once none of them is in its topic any more. */
    long awaitEmptyRequests() {
        List<TopicPartition> partitions =
                IntStream.range(0, config.topics().partitions())
                        .mapToObj(i -> new TopicPartition(TOPICS.requests(), i))
                        .toList();
        Awaitility.await()
                .atMost(PATIENCE)
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
