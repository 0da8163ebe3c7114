package dev.millrace.testclusters;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.TopicPlan;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.control.ControlWriter;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.FailFirst;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.simulator.settings.ModelSettings;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.testclusters.schema.RecordSchemas;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * An embedded broker with all topics and a simulated provider: everything around a worker.
 *
 * <p>Publishes jobs as the router does, reads committed results, costs and dead letters, and checks
 * them against their schemas. Used by one thread.
 */
public final class JobCluster implements AutoCloseable {
    /** Enough for three workers. A broker takes longest to create partitions. */
    private static final String FEW_PARTITIONS = "topics: { partitions: 4 }\n";

    private final EmbeddedBroker broker;
    private final Simulator simulator;
    private final String workerYaml;
    private final MillraceConfig config;
    private final Map<String, String> clients;
    private final KafkaConsumer<byte[], byte[]> reader;
    private final RecordSchemas schemas;

    private final List<ResultView> results = new ArrayList<>();
    private final List<CostEvent> costs = new ArrayList<>();
    private final List<String> deadLetters = new ArrayList<>();

    private final Map<String, Set<Integer>> partitions = new HashMap<>();

    /** Starts a cluster whose workers have the default Kafka client properties. */
    public JobCluster(Path directory, SimulatorSettings settings, String workerYaml) {
        this(directory, settings, workerYaml, Map.of());
    }

    /**
     * Starts a cluster.
     *
     * @param directory folder of the broker's log
     * @param workerYaml settings of the {@code worker} section, in YAML's flow style
     * @param clients properties of the workers' Kafka clients
     */
    public JobCluster(
            Path directory,
            SimulatorSettings settings,
            String workerYaml,
            Map<String, String> clients) {
        this.clients = Map.copyOf(clients);
        broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(directory));
        simulator = Simulator.start(settings, "127.0.0.1", 0);
        this.workerYaml = workerYaml;
        config = config("w1");
        try (var admin = admin()) {
            PlannedTopics.createMissing(admin, TopicPlan.of(config));
        }
        reader = reader();
        schemas = new RecordSchemas(topics());
    }

    /** Returns the configuration of a worker with the given instance name. */
    public MillraceConfig config(String instance) {
        String yaml = FEW_PARTITIONS + "worker: { instance: " + instance + ", " + workerYaml + " }";
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

    /** Returns settings of a simulator in which every model has the given latency. */
    public static SimulatorSettings simulated(Latency latency) {
        return simulated(latency, FailFirst.NONE);
    }

    /** Returns settings of a simulator in which every model has the given latency and failures. */
    public static SimulatorSettings simulated(Latency latency, FailFirst failFirst) {
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
                        normal.answerTokens(),
                        normal.hangFor(),
                        normal.stallFor(),
                        normal.errorForm(),
                        normal.keepAlive(),
                        normal.flex(),
                        normal.promptCache());
        return SimulatorSettings.ofEveryModel(model);
    }

    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    public Simulator simulator() {
        return simulator;
    }

    public Topics topics() {
        return new Topics(config.topics().prefix());
    }

    /** Returns the results read so far. */
    public List<ResultView> results() {
        return results;
    }

    /** Returns the cost events read so far. */
    public List<CostEvent> costs() {
        return costs;
    }

    /** Returns the values of the dead letters read so far. */
    public List<String> deadLetters() {
        return deadLetters;
    }

    /** Returns the partitions of the results and costs read so far, by job. */
    public Map<String, Set<Integer>> partitions() {
        return partitions;
    }

    /** Publishes jobs as the router does, in transactions of a hundred. */
    public List<JobId> submit(String model, int count) {
        try (var producer = producer("router")) {
            producer.initTransactions();
            List<JobId> ids = IntStream.range(0, count).mapToObj(JobCluster::jobId).toList();
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

    /** Writes a pause or a cancellation. */
    public void write(ControlKey key) {
        control(new OperatorCommand(Instant.now(), "test").record(key));
    }

    /** Cancels from now on, and aborts running calls. */
    public void cancelWithCalls(ControlKey key) {
        control(OperatorCommand.withCalls(Instant.now(), "test").record(key));
    }

    /** Removes a pause. */
    public void remove(ControlKey key) {
        control(ControlRecord.removal(key));
    }

    private void control(ControlRecord record) {
        ControlWriter.of(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        config.topics().prefix(),
                        new SplittableRandom(1))
                .write(_ -> new ControlWriter.Change<>(List.of(record), true));
    }

    /** Publishes one record without changing it. */
    public void submit(ProducerRecord<byte[], byte[]> record) {
        submit(List.of(record));
    }

    /** Publishes records without changing them, in one transaction. */
    public void submit(List<ProducerRecord<byte[], byte[]>> records) {
        try (var producer = producer("router")) {
            producer.initTransactions();
            producer.beginTransaction();
            for (var record : records) {
                var _ = producer.send(record);
            }
            producer.commitTransaction();
        }
    }

    /** Returns a job of the normal lane. */
    public ProducerRecord<byte[], byte[]> job(String model, int number) {
        return job(model, Lane.NORMAL, number, null);
    }

    /** Returns a job whose request came from the given partition. */
    public ProducerRecord<byte[], byte[]> job(
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
                        new JobHeaders.Identity(jobId(number), "default", "default", number + 1L),
                        new JobHeaders.Submission(Priority.NORMAL, null, Instant.now()),
                        new JobHeaders.Route("default", List.of(model), requestPartition))
                .writeTo(record.headers());
        return record;
    }

    private static JobId jobId(int number) {
        return JobId.of("default", "default", "job-" + number);
    }

    /** Reads committed records until the condition holds, for ten minutes at most. */
    public boolean readUntil(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()
                && System.nanoTime() - start < Duration.ofMinutes(10).toNanos()) {
            read(Duration.ofMillis(50));
        }
        return condition.getAsBoolean();
    }

    /** Reads all records that are committed now. */
    public void readToEnd() {
        Map<TopicPartition, Long> ends = reader.endOffsets(reader.assignment());
        readUntil(
                () ->
                        ends.entrySet().stream()
                                .allMatch(end -> reader.position(end.getKey()) >= end.getValue()));
    }

    private void read(Duration wait) {
        for (var record : reader.poll(wait)) {
            schemas.requireValid(record);
            if (record.topic().equals(topics().results())) {
                results.add(ResultView.read(record.value()));
                addPartition(record);
            } else if (record.topic().equals(topics().costs())) {
                costs.add(CostEventCodec.read(record.value()));
                addPartition(record);
            } else {
                deadLetters.add(new String(record.value(), UTF_8));
            }
        }
    }

    private void addPartition(ConsumerRecord<byte[], byte[]> record) {
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

    public Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @Override
    public void close() {
        reader.close();
        simulator.close();
        broker.close();
    }
}
