package dev.millrace.router.step;

import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.canary.inflight.CanaryInFlightStore;
import dev.millrace.router.dedupe.SeenJobExpiry;
import dev.millrace.router.dedupe.SeenJobStore;
import dev.millrace.router.fair.FairnessConfig;
import dev.millrace.router.fair.PaceStore;
import dev.millrace.router.message.RequestReader;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.RoutedJob;
import dev.millrace.router.records.CostEventTimestampExtractor;
import dev.millrace.router.records.OutgoingRecords;
import dev.millrace.router.records.RequestTimestampExtractor;
import dev.millrace.router.records.TerminalRecord;
import dev.millrace.router.records.TopicLimits;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.processor.TopicNameExtractor;

/**
 * Builds the topology of the router.
 *
 * <pre>
 * costs ─► settle ─► pick ─► (arms) ─► watch ─► control
 *             └─────────────────────────────────┐
 *                                               ▼
 * requests ─► validate ─► dedupe ─► plan ─► route ─► jobs of the model
 *                │          │        │          │
 *                └─► bury ◄─┘        └─► refuse ◄┘
 *                      │                  ├─► results
 *                      ▼                  └─► costs
 *                dead-letters
 * </pre>
 *
 * A job whose error result cannot be made goes from refuse to bury.
 *
 * @param tenants by request topic, the tenant bound to it; empty when each request names its own
 * @param maxRequestBytes size limit of a request line
 * @param repeatsWindow how long after a job's end further requests are repeats
 * @param fairness limits of the fair pace between tenants
 */
public record RouterTopology(
        Topics topics,
        Map<String, Optional<String>> tenants,
        int maxRequestBytes,
        Duration repeatsWindow,
        FairnessConfig fairness) {
    /** Commit interval of a task without a backlog. */
    public static final Duration COMMIT_TICK = Duration.ofMillis(10);

    public RouterTopology {
        tenants = Map.copyOf(tenants);
    }

    /** Returns a topology for one instance of Kafka Streams. */
    public Topology build(RouterContext router) {
        Topology topology = settle(router);
        requests(topology, router);
        validate(topology, router);
        dedupe(topology, router);
        plan(topology, router);
        route(topology, router);
        refuse(topology, router);
        bury(topology, router);
        return topology;
    }

    /**
     * Starts a topology with the steps behind the costs topic. Uses the DSL, since the Processor
     * API cannot create the repartition topic {@code arms}.
     */
    private Topology settle(RouterContext router) {
        var builder = new StreamsBuilder();
        builder.addStateStore(SeenJobStore.builder());
        KStream<byte[], RoutingMessage.CompletedJob> completed =
                builder.stream(
                                topics.costs(),
                                Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
                                        .withName(StepNames.ENDS)
                                        .withTimestampExtractor(new CostEventTimestampExtractor())
                                        .withOffsetResetPolicy(AutoOffsetReset.earliest()))
                        .process(CostEventTimestampStep::new, Named.as(StepNames.END_TIME))
                        .process(
                                () ->
                                        new JobCompletionStep(
                                                router.clock(),
                                                router.costsTopic(),
                                                router.backlog(),
                                                router.errors()),
                                Named.as(StepNames.SETTLE),
                                StepNames.SEEN_JOBS);
        router.canaryTopology().addTo(completed, RoutingMessage.CompletedJob::event);
        return builder.build();
    }

    private void requests(Topology topology, RouterContext router) {
        topology.addSource(
                AutoOffsetReset.earliest(),
                StepNames.REQUESTS,
                new RequestTimestampExtractor(router.clock()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                tenants.keySet().toArray(String[]::new));
    }

    private void validate(Topology topology, RouterContext router) {
        Map<String, RequestReader> readers = readers();
        topology.addProcessor(
                StepNames.VALIDATE,
                () -> new ValidateStep(readers, router.backlog(), router.errors()),
                StepNames.REQUESTS);
    }

    private void dedupe(Topology topology, RouterContext router) {
        var expiry = new SeenJobExpiry(repeatsWindow, router.lostBefore());
        topology.addProcessor(
                StepNames.DEDUPE,
                () -> new DedupeStep(router.clock(), expiry, router.errors()),
                StepNames.VALIDATE);
        topology.connectProcessorAndStateStores(StepNames.DEDUPE, StepNames.SEEN_JOBS);
    }

    private static void plan(Topology topology, RouterContext router) {
        topology.addProcessor(StepNames.PLAN, () -> new PlanStep(router), StepNames.DEDUPE);
    }

    private void route(Topology topology, RouterContext router) {
        topology.addProcessor(
                StepNames.ROUTE,
                () -> new RouteStep(router, topics, fairness),
                StepNames.PLAN,
                StepNames.SETTLE);
        topology.addStateStore(PaceStore.builder(), StepNames.ROUTE);
        topology.addStateStore(CanaryInFlightStore.builder(), StepNames.PLAN, StepNames.ROUTE);
        TopicNameExtractor<byte[], RoutedJob> jobTopic = (key, job, context) -> job.topic();
        Serializer<RoutedJob> jobBytes = (topic, job) -> job.bytes();
        topology.addSink(
                StepNames.JOBS, jobTopic, new ByteArraySerializer(), jobBytes, StepNames.ROUTE);
    }

    private void refuse(Topology topology, RouterContext router) {
        topology.addProcessor(
                StepNames.REFUSE,
                () -> new ErrorResultStep(router.clock(), router.metrics(), router.errors()),
                StepNames.PLAN,
                StepNames.ROUTE);
        addTerminalSink(topology, StepNames.RESULTS, topics.results());
        addTerminalSink(topology, StepNames.COSTS, topics.costs());
    }

    private static void addTerminalSink(Topology topology, String name, String topic) {
        topology.addSink(
                name,
                topic,
                new ByteArraySerializer(),
                TerminalRecord.BYTES,
                TerminalRecord.SAME_PARTITION,
                StepNames.REFUSE);
    }

    private void bury(Topology topology, RouterContext router) {
        topology.addProcessor(
                StepNames.BURY,
                () ->
                        new DeadLetterStep(
                                () -> maxDeadLetterBytes(router.limits()),
                                router.clock(),
                                router.metrics(),
                                router.errors()),
                StepNames.VALIDATE,
                StepNames.DEDUPE,
                StepNames.REFUSE);
        var bytes = new ByteArraySerializer();
        topology.addSink(
                StepNames.DEAD_LETTERS, topics.deadLetters(), bytes, bytes, StepNames.BURY);
    }

    /** Returns the size limit for the value of a dead letter, without its key and headers. */
    private int maxDeadLetterBytes(TopicLimits limits) {
        return Math.min(
                maxRequestBytes,
                limits.maxRecordBytes(topics.deadLetters()) - 2 * OutgoingRecords.MAX_USER_BYTES);
    }

    private Map<String, RequestReader> readers() {
        Map<String, String> ownTopics = new HashMap<>();
        // Sorted, so that every router suggests the same one of a tenant's topics.
        new TreeMap<>(tenants)
                .forEach((topic, tenant) -> tenant.ifPresent(it -> ownTopics.put(it, topic)));
        Map<String, RequestReader> readers = new HashMap<>();
        tenants.forEach(
                (topic, tenant) ->
                        readers.put(
                                topic,
                                new RequestReader(
                                        maxRequestBytes, tenant.orElse(null), ownTopics)));
        return readers;
    }
}
