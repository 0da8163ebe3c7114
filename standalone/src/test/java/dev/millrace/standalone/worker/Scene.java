package dev.millrace.standalone.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.config.ConfigLoader;
import dev.millrace.contracts.config.KafkaConfig;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.ProviderConfig;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlWriter;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.contracts.topic.TopicPlan;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.FailFirst;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.simulator.settings.ModelSettings;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.standalone.broker.EmbeddedBroker;
import dev.millrace.standalone.broker.EmbeddedBrokerSettings;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A broker with all topics, a simulator, and what stands around a worker: router and reader. */
final class Scene implements AutoCloseable {
    private final EmbeddedBroker broker;
    private final Simulator simulator;
    private final String workerYaml;
    private final MillraceConfig config;
    private final Map<String, String> clients;
    private final KafkaConsumer<byte[], byte[]> reader;

    final List<ResultView> results = new ArrayList<>();
    final List<CostEvent> costs = new ArrayList<>();
    final List<String> deadLetters = new ArrayList<>();

    /** Of the topics of results and costs, by job. */
    final Map<String, Set<Integer>> partitions = new HashMap<>();

    Scene(Path directory, SimulatorSettings settings, String workerYaml)
            throws ExecutionException, InterruptedException {
        this(directory, settings, workerYaml, Map.of());
    }

    /**
     * @param clients properties of the workers' Kafka clients
     */
    Scene(
            Path directory,
            SimulatorSettings settings,
            String workerYaml,
            Map<String, String> clients)
            throws ExecutionException, InterruptedException {
        this.clients = Map.copyOf(clients);
        broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(directory));
        simulator = Simulator.start(settings, "127.0.0.1", 0);
        this.workerYaml = workerYaml;
        config = config("w1");
        createTopics();
        reader = reader();
    }

    private MillraceConfig config(String instance) {
        String yaml = "worker: { instance: " + instance + ", " + workerYaml + " }";
        var read = new ConfigLoader(Map.of()).parse("test", yaml).withSimulator();
        return read.withProvider(
                        MillraceConfig.SIMULATOR,
                        ProviderConfig.simulated().at(simulator.baseUri()))
                .withKafka(kafka());
    }

    private KafkaConfig kafka() {
        var properties = new HashMap<>(clients);
        properties.put("bootstrap.servers", broker.bootstrapServers());
        return new KafkaConfig(properties);
    }

    /** A simulator of which every model answers so. */
    static SimulatorSettings simulated(Latency latency) {
        return simulated(latency, FailFirst.NONE);
    }

    static SimulatorSettings simulated(Latency latency, FailFirst failFirst) {
        var normal = ModelSettings.DEFAULT;
        var model =
                new ModelSettings(
                        latency,
                        normal.firstByte(),
                        normal.limits(),
                        normal.failures(),
                        normal.retryAfter(),
                        failFirst,
                        normal.serverErrorStatuses(),
                        normal.contextWindow(),
                        normal.hangFor());
        return new SimulatorSettings(1, List.of(), 100_000, Map.of("*", model));
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    Simulator simulator() {
        return simulator;
    }

    Topics topics() {
        return new Topics(config.topics().prefix());
    }

    Worker worker() {
        return worker(config, false);
    }

    /** A worker of that name. */
    Worker worker(String instance) {
        return worker(config(instance), false);
    }

    /** A worker that takes up again what it cannot know to be unfinished. */
    Worker resendingWorker() {
        return worker(config, true);
    }

    private static Worker worker(MillraceConfig config, boolean acceptResend) {
        return Worker.start(
                new WorkerSettings(
                        config,
                        new SimpleMeterRegistry(),
                        InstantSource.system(),
                        System::nanoTime,
                        new SplittableRandom(1),
                        acceptResend,
                        config.worker().instance().orElse("w")));
    }

    /** Puts jobs in as the router does, in transactions of a hundred. */
    List<JobId> submit(String model, int count) {
        try (var producer = producer("router")) {
            producer.initTransactions();
            List<JobId> ids = IntStream.range(0, count).mapToObj(Scene::jobId).toList();
            for (int from = 0; from < count; from += 100) {
                producer.beginTransaction();
                for (int i = from; i < Math.min(count, from + 100); i++) {
                    var _ = producer.send(job(model, i));
                }
                producer.commitTransaction();
            }
            return ids;
        }
    }

    /** Cancels or pauses something. */
    void order(ControlKey key) {
        control(new OperatorCommand(Instant.now(), "test").record(key));
    }

    /** Takes a pause back. */
    void takeBack(ControlKey key) {
        control(ControlRecord.removal(key));
    }

    private void control(ControlRecord record) {
        ControlWriter.of(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        config.topics().prefix(),
                        new SplittableRandom(1))
                .write(_ -> new ControlWriter.Change<>(List.of(record), true));
    }

    /** Puts one record in as it is. */
    void submit(ProducerRecord<byte[], byte[]> record) {
        try (var producer = producer("router")) {
            producer.initTransactions();
            producer.beginTransaction();
            var _ = producer.send(record);
            producer.commitTransaction();
        }
    }

    ProducerRecord<byte[], byte[]> job(String model, int number) {
        return job(model, Lane.NORMAL, number, null);
    }

    /** A job whose request came from that partition. */
    ProducerRecord<byte[], byte[]> job(
            String model, Lane lane, int number, @Nullable Integer requestPartition) {
        String line =
                """
                {"custom_id":"job-%d","method":"POST","url":"/v1/chat/completions",\
                "body":{"model":"%s","messages":[{"role":"user","content":"Say %d"}],"max_tokens":20}}\
                """
                        .formatted(number, model, number);
        var record =
                new ProducerRecord<>(
                        topics().jobs(model, lane),
                        jobId(number).value().getBytes(UTF_8),
                        line.getBytes(UTF_8));
        new JobHeaders(
                        jobId(number),
                        "default",
                        "default",
                        number + 1L,
                        Priority.NORMAL,
                        null,
                        Instant.now(),
                        "default",
                        List.of(model),
                        0,
                        0,
                        requestPartition,
                        null)
                .writeTo(record.headers());
        return record;
    }

    private static JobId jobId(int number) {
        return JobId.of("default", "default", "job-" + number);
    }

    /** Reads what is committed until the condition holds, or for a minute. */
    boolean readUntil(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()
                && System.nanoTime() - start < Duration.ofSeconds(60).toNanos()) {
            read(Duration.ofMillis(50));
        }
        return condition.getAsBoolean();
    }

    /** Reads all that is committed now. */
    void readToEnd() {
        Map<TopicPartition, Long> ends = reader.endOffsets(reader.assignment());
        readUntil(
                () ->
                        ends.entrySet().stream()
                                .allMatch(end -> reader.position(end.getKey()) >= end.getValue()));
    }

    private void read(Duration wait) {
        for (var record : reader.poll(wait)) {
            if (record.topic().equals(topics().results())) {
                results.add(ResultView.read(record.value()));
                note(record);
            } else if (record.topic().equals(topics().costs())) {
                costs.add(CostEventCodec.read(record.value()));
                note(record);
            } else {
                deadLetters.add(new String(record.value(), UTF_8));
            }
        }
    }

    private void note(ConsumerRecord<byte[], byte[]> record) {
        partitions
                .computeIfAbsent(new String(record.key(), UTF_8), _ -> new HashSet<>())
                .add(record.partition());
    }

    private KafkaProducer<byte[], byte[]> producer(String transactionalId) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "transactional.id",
                        transactionalId),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private KafkaConsumer<byte[], byte[]> reader() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        properties.put("isolation.level", "read_committed");
        properties.put("auto.offset.reset", "earliest");
        var consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var partitions = new ArrayList<TopicPartition>();
        for (String topic : List.of(topics().results(), topics().costs(), topics().deadLetters())) {
            for (int i = 0; i < config.topics().partitions(); i++) {
                partitions.add(new TopicPartition(topic, i));
            }
        }
        consumer.assign(partitions);
        return consumer;
    }

    Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private void createTopics() throws ExecutionException, InterruptedException {
        try (var admin = admin()) {
            admin.createTopics(
                            TopicPlan.of(config).stream()
                                    .map(
                                            topic ->
                                                    new NewTopic(
                                                                    topic.name(),
                                                                    topic.partitions(),
                                                                    (short) 1)
                                                            .configs(topic.configs()))
                                    .toList())
                    .all()
                    .get();
        }
    }

    @Override
    public void close() {
        reader.close();
        simulator.close();
        broker.close();
    }
}
