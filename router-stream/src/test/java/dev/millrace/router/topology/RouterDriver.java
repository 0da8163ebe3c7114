package dev.millrace.router.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.BatchConfig;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.TenantConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.ModelNames;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Wire;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.topic.KeyPartitions;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.contracts.trace.Traces;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.router.RouterTopology;
import dev.millrace.router.budget.BudgetAccounts;
import dev.millrace.router.budget.Budgets;
import dev.millrace.router.budget.FixedBudgets;
import dev.millrace.router.cache.Caching;
import dev.millrace.router.cache.FixedCache;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.classify.RuleBasedClassifier;
import dev.millrace.router.dedupe.JobPartitions;
import dev.millrace.router.dedupe.RequestOffsets;
import dev.millrace.router.dedupe.SeenJobStore;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.fair.FairnessConfig;
import dev.millrace.router.fair.PaceStore;
import dev.millrace.router.feature.RouterContext;
import dev.millrace.router.feature.RouterFeature;
import dev.millrace.router.feature.RouterTopics;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.guards.Canaries;
import dev.millrace.router.guards.FixedCanaries;
import dev.millrace.router.guards.Guards;
import dev.millrace.router.hold.HoldState;
import dev.millrace.router.message.CommitTrigger;
import dev.millrace.router.message.FixedBacklog;
import dev.millrace.router.message.RouterMetrics;
import dev.millrace.router.plan.Planner;
import dev.millrace.router.plan.ServiceableModels;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.router.policy.PolicySnapshot;
import dev.millrace.router.semantic.FixedSemanticCache;
import dev.millrace.router.semantic.SemanticCache;
import dev.millrace.router.step.CoreTopology;
import dev.millrace.wire.translate.Translation;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/**
 * Runs the whole topology without a broker. Models: {@code small} (alias {@code little}) and {@code
 * second} with an OpenAI wire, {@code claude} with an Anthropic wire; {@code auto} selects {@code
 * small}.
 */
public final class RouterDriver implements AutoCloseable {
    public static final Topics TOPICS = new Topics("test.");
    public static final String BOUND_TOPIC = "acme.requests";
    public static final String BOUND_TENANT = "acme-of-the-topic";
    public static final int MAX_REQUEST_BYTES = 2_000;
    public static final Duration WINDOW = Duration.ofHours(24);
    public static final int BURST = 10;
    public static final JobPartitions ONE_PARTITION =
            new JobPartitions(Map.of(TOPICS.requests(), 1, BOUND_TOPIC, 1));
    public static final Duration TTL = Duration.ofHours(1);

    public final TestClock clock;

    public final MeterRegistry meters = new SimpleMeterRegistry();
    public final Set<String> withoutTopics = new HashSet<>();
    public final Map<String, Integer> maxRecordBytes = new HashMap<>();
    public final Map<String, Canaries.Canary> canaries = new HashMap<>();
    public Classifier classifier = new RuleBasedClassifier();

    /** Called with each tenant, topic or rule that a step looks up. */
    public Consumer<String> onLookup = name -> {};

    /** For what released jobs have waited, as traces learn it. */
    public final List<WaitingReason> waited = new ArrayList<>();

    private final Traces traces =
            new Traces() {
                @Override
                public void onWaited(JobHeaders job, Instant since, WaitingReason reason) {
                    waited.add(reason);
                }
            };

    public ControlState control = ControlState.EMPTY;
    public BudgetAccounts budgets = BudgetAccounts.NONE;
    public long lostBefore = Long.MIN_VALUE;
    public Uuid lookupsTopic = Uuid.ONE_UUID;
    public Uuid retrievalsTopic = Uuid.ONE_UUID;
    public ActivePolicy active =
            ActivePolicy.of("default", "v7", new Policy(List.of(use("small"))));

    /** A configuration with one partition. */
    public static final MillraceConfig CONFIG =
            new ConfigLoader(Map.of()).parse("test", "topics: { partitions: 1 }");

    private static final List<Model> MODELS =
            List.of(
                    Model.of("small", "openai", Price.of("1", "2")).withAliases(List.of("little")),
                    Model.of("second", "openai", Price.of("1", "2")),
                    Model.of("claude", "anthropic", Price.of("3", "15")),
                    Model.of("unserved", "nobody", Price.of("1", "1")));

    private final Topics topics;
    private final List<Model> models;
    private final List<Translation> translations;
    private final Path directory;
    private final SemanticCache semantic = FixedSemanticCache.of(meters);
    private final List<RouterFeature> features;
    private final Topology topology;
    private final TopologyTestDriver driver;

    public RouterDriver() {
        this(TOPICS, MODELS, new TestClock(), null);
    }

    /** Runs a topology with some of the features. */
    public RouterDriver(Function<List<RouterFeature>, List<RouterFeature>> chosen) {
        this(TOPICS, MODELS, List.of(), new TestClock(), null, chosen);
    }

    /** Runs a topology with translations. */
    public RouterDriver(List<Translation> translations) {
        this(TOPICS, MODELS, translations, new TestClock(), null, all -> all);
    }

    /**
     * Runs the topology with other topics and models.
     *
     * @param stores what earlier drivers have written to the stores; if given, the topology reads
     *     only what {@link #process} passes to it
     */
    public RouterDriver(
            Topics topics, List<Model> models, TestClock clock, @Nullable RestoredStores stores) {
        this(topics, models, List.of(), clock, stores, all -> all);
    }

    private RouterDriver(
            Topics topics,
            List<Model> models,
            List<Translation> translations,
            TestClock clock,
            @Nullable RestoredStores stores,
            Function<List<RouterFeature>, List<RouterFeature>> chosen) {
        this.topics = topics;
        this.models = models;
        this.translations = translations;
        this.clock = clock;
        directory = newDirectory();
        if (stores != null) {
            stores.writeTo(directory);
        }
        features =
                chosen.apply(
                        RouterTopology.features(
                                        CONFIG,
                                        topics,
                                        meters,
                                        topic ->
                                                () ->
                                                        topic.equals(topics.retrievals())
                                                                ? retrievalsTopic
                                                                : Uuid.ONE_UUID)
                                .stream()
                                .map(this::forTests)
                                .toList());
        var steps =
                new CoreTopology(
                        topics,
                        Map.of(
                                topics.requests(),
                                Optional.empty(),
                                BOUND_TOPIC,
                                Optional.of(BOUND_TENANT)),
                        WINDOW,
                        new FairnessConfig(BURST, this::weight));
        topology = steps.build(routerContext());
        driver = new TopologyTestDriver(topology, properties(directory), clock.instant());
        if (stores != null) {
            DriverInternals.isolate(driver);
        }
    }

    /** Returns the feature, or one whose collaborators tests choose. */
    private RouterFeature forTests(RouterFeature feature) {
        return switch (feature) {
            case Guards _ ->
                    FixedCanaries.guards(this::arm, () -> Catalog.of(models), topics, meters);
            case Caching _ -> FixedCache.of(topics, this, semantic);
            case SemanticCache _ -> semantic;
            case Budgets _ -> FixedBudgets.budgets(topics, this);
            default -> feature;
        };
    }

    public RouterContext routerContext() {
        var errors = new InternalErrors(meters);
        return new RouterContext(
                planner(),
                new RouterTopics(topics, new KeyPartitions(1), _ -> 1, MAX_REQUEST_BYTES, 1 << 20),
                this::limit,
                this::policies,
                new JobPartitions(Map.of(topics.requests(), 1, BOUND_TOPIC, 1)),
                FixedBacklog.NONE,
                entries -> new RequestOffsets(entries, _ -> Uuid.ONE_UUID, false),
                () -> Uuid.ONE_UUID,
                () -> lostBefore,
                clock,
                new RouterMetrics(meters),
                errors,
                new HoldState(traces),
                features);
    }

    private PolicySnapshot policies() {
        return new PolicySnapshot(control, Optional.of(active));
    }

    private int limit(String topic) {
        onLookup.accept(topic);
        return maxRecordBytes.getOrDefault(topic, Integer.MAX_VALUE);
    }

    private Optional<Canaries.Canary> arm(String routedBy) {
        onLookup.accept(routedBy);
        return Optional.ofNullable(canaries.get(routedBy));
    }

    private int weight(String tenant) {
        onLookup.accept(tenant);
        return tenant.equals("heavy") ? 2 : 1;
    }

    private Planner planner() {
        return new Planner(
                serviceable(),
                model ->
                        withoutTopics.contains(model.name())
                                ? Optional.of("its topic is missing")
                                : Optional.empty(),
                (line, now) -> classifier.classify(line, now),
                features.stream()
                        .map(it -> it.planning(serviceable(), _ -> Integer.MAX_VALUE))
                        .toList());
    }

    public TopologyDescription description() {
        return topology.describe();
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("router-driver");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ServiceableModels serviceable() {
        return new ServiceableModels(
                new ModelNames(Catalog.of(models), Set.of("openai", "anthropic"), Map.of()),
                Map.of(
                        "openai",
                        Endpoints.known().ofWire(Wire.OPENAI),
                        "anthropic",
                        Set.of(Endpoint.MESSAGES)),
                translations);
    }

    static Properties properties(Path directory) {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "router");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        return properties;
    }

    private static Rule use(String model) {
        return new Rule(
                Optional.empty(),
                List.of(model),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Returns a valid line for the model. */
    public static String line(String customId, String model) {
        return """
        {"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":{"model":"%s","messages":[]}}"""
                .formatted(customId, model);
    }

    public void send(String value) {
        send(value, SubmissionHeaders.NONE);
    }

    public void send(String value, SubmissionHeaders submission) {
        var headers = new RecordHeaders();
        submission.writeTo(headers);
        send(TOPICS.requests(), null, value.getBytes(UTF_8), headers);
    }

    /** Sends a line with a submission time. */
    public void send(String value, Instant submitted) {
        pipe(
                TOPICS.requests(),
                new TestRecord<>(null, value.getBytes(UTF_8), new RecordHeaders(), submitted));
    }

    /** Ends a job of the default tenant and batch. */
    public void end(String customId) {
        end(ended(customId));
    }

    /** Ends a job on a worker whose clock differs from the router's. */
    public void end(String customId, Duration ahead) {
        pipe(
                TOPICS.costs(),
                new TestRecord<>(
                        null,
                        CostEventCodec.toJson(ended(customId)),
                        new RecordHeaders(),
                        clock.instant().plus(ahead)));
    }

    /** Ends a job with the given cost event. */
    public void end(CostEvent event) {
        send(TOPICS.costs(), null, CostEventCodec.toJson(event), new RecordHeaders());
    }

    /** Bills a call of an unfinished job of the default tenant and batch. */
    public void attempt(String customId) {
        CostEvent end = ended(customId);
        String nonFinal =
                new String(CostEventCodec.toJson(end), UTF_8)
                        .replace("\"final\":true", "\"final\":false");
        send(TOPICS.costs(), null, nonFinal.getBytes(UTF_8), new RecordHeaders());
    }

    private static CostEvent ended(String customId) {
        JobId id = JobId.of(TenantConfig.DEFAULT_NAME, BatchConfig.DEFAULT_NAME, customId);
        return CostEvent.withoutCall(id, TenantConfig.DEFAULT_NAME, BatchConfig.DEFAULT_NAME);
    }

    public void send(
            String topic, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        pipe(topic, new TestRecord<>(key, value, headers, clock.instant()));
    }

    private void pipe(String topic, TestRecord<byte @Nullable [], byte @Nullable []> entry) {
        driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(entry);
    }

    public List<TestRecord<String, byte @Nullable []>> jobs(String model) {
        return read("test.jobs." + model + ".normal");
    }

    public List<TestRecord<String, byte @Nullable []>> jobs(String model, Lane lane) {
        return read("test.jobs." + model + "." + lane.word());
    }

    public List<TestRecord<String, byte @Nullable []>> results() {
        return read(TOPICS.results());
    }

    public List<TestRecord<String, byte @Nullable []>> costs() {
        return read(TOPICS.costs());
    }

    public List<TestRecord<String, byte @Nullable []>> deadLetters() {
        return read(TOPICS.deadLetters());
    }

    /** Returns the jobs that wait for passages. */
    public List<TestRecord<String, byte @Nullable []>> retrievals() {
        return read(TOPICS.retrievals());
    }

    /** Returns the jobs that looked up an answer. */
    public List<TestRecord<String, byte @Nullable []>> lookups() {
        return read(TOPICS.lookups());
    }

    /** Returns the records of the control topic. */
    public List<TestRecord<String, byte @Nullable []>> controlRecords() {
        return read(TOPICS.control());
    }

    /** Lets time pass. */
    public void pass(Duration time) {
        clock.advance(time);
        driver.advanceWallClockTime(time);
    }

    /** Makes partitions borrow money of budgets: reports and grants need a tick each. */
    public void lendMoney() {
        for (int tick = 0; tick < 10; tick++) {
            pass(CommitTrigger.TICK);
        }
    }

    private List<TestRecord<String, byte @Nullable []>> read(String topic) {
        var output =
                driver.createOutputTopic(
                        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        return output.readRecordsToList().stream()
                .map(
                        it ->
                                new TestRecord<String, byte @Nullable []>(
                                        it.key() == null ? null : new String(it.key(), UTF_8),
                                        it.value(),
                                        it.headers(),
                                        it.timestamp()))
                .toList();
    }

    /** Returns the records of a topic with their bytes. */
    public List<TestRecord<byte @Nullable [], byte @Nullable []>> bytes(String topic) {
        var output =
                driver.createOutputTopic(
                        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        return output.readRecordsToList().stream()
                .map(
                        it ->
                                new TestRecord<byte @Nullable [], byte @Nullable []>(
                                        it.key(), it.value(), it.headers(), it.timestamp()))
                .toList();
    }

    /** Processes a record at its offset. */
    public void process(ConsumerRecord<byte[], byte[]> entry) {
        DriverInternals.process(driver, entry);
    }

    /** Returns what was written since the last call, to all topics and changelogs. */
    public List<ProducerRecord<byte[], byte[]>> takeWritten() {
        return DriverInternals.takeWritten(driver);
    }

    /** Returns the records of the store's changelog. */
    public List<TestRecord<String, byte @Nullable []>> changelog(String store) {
        return read("router-" + store + "-changelog");
    }

    public KeyValueStore<Bytes, byte[]> seenJobs() {
        return driver.getKeyValueStore(SeenJobStore.NAME);
    }

    public KeyValueStore<Bytes, byte[]> budgetStore() {
        return driver.getKeyValueStore(StepNames.WAITING);
    }

    /** Returns the keys of the store of budgets, which waiting jobs share. */
    public List<Bytes> budgetKeys() {
        var keys = new ArrayList<Bytes>();
        try (var entries = budgetStore().all()) {
            entries.forEachRemaining(it -> keys.add(it.key));
        }
        return keys;
    }

    public KeyValueStore<String, byte[]> pace() {
        driver.advanceWallClockTime(CommitTrigger.TICK);
        return driver.getKeyValueStore(PaceStore.NAME);
    }

    public double count(String meter, String tag, String value) {
        var counter = meters.find(meter).tag(tag, value).counter();
        return counter == null ? 0 : counter.count();
    }

    @Override
    public void close() {
        driver.close();
        try (var files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(RouterDriver::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
