package dev.millrace.router.step;

import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.dedupe.RequestMover;
import dev.millrace.router.dedupe.SeenJobExpiry;
import dev.millrace.router.dedupe.SeenJobStore;
import dev.millrace.router.fair.FairnessConfig;
import dev.millrace.router.fair.PaceStore;
import dev.millrace.router.feature.EndForwarder;
import dev.millrace.router.feature.RouterContext;
import dev.millrace.router.feature.RouterFeature;
import dev.millrace.router.feature.RouterTopics;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.message.RequestReader;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.records.CostEventTimestampStep;
import dev.millrace.router.records.PriorityTimestampExtractor;
import dev.millrace.router.records.RequestTurnExtractor;
import dev.millrace.router.waiting.JobChangelog;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

/**
 * Builds the topology of the router around its {@linkplain RouterFeature features}.
 *
 * <pre>
 * costs ─► settle ──────────────────────────────────────────┐
 * retrieved ──────┐                                         ▼
 * requests ─► validate ─► dedupe ─► plan ─► await-topic ─► route ─► jobs of the model
 *                │          │        │                      │
 *                └─► bury ◄─┘        └─► refuse ◄───────────┘
 *                      │                    │
 *                      ▼                    ▼
 *              dead-letters, costs    results, costs
 * </pre>
 *
 * <p>In await-topic, a job waits if its model has no topics. Await-topic reports these jobs to
 * control.
 *
 * <p>A feature can take a job after plan, as budget and split do, and can send jobs to await-topic.
 * Settle sends the ends of jobs to route and to features.
 *
 * <p>A request outside its job's partition passes from validate to the right partition of its
 * topic.
 *
 * <p>If the error result of a job cannot be made, the job passes from refuse to bury. An accepted
 * job that later becomes unreadable passes to bury: from await-topic if it waited for topics, from
 * validate if it returned from a feature, from a feature that held it.
 *
 * @param tenants by request topic, the tenant bound to it; empty when each request names its tenant
 * @param repeatsWindow time after a job's end in which further requests are repeats
 * @param fairness limits of the fair pace between tenants
 */
public record CoreTopology(
        Topics topics,
        Map<String, Optional<String>> tenants,
        Duration repeatsWindow,
        FairnessConfig fairness) {
    public CoreTopology {
        tenants = Map.copyOf(tenants);
    }

    /** Returns a topology for one instance of Kafka Streams. */
    public Topology build(RouterContext router) {
        Topology topology = settle(router);
        requests(topology, router);
        validate(topology, router);
        dedupe(topology, router);
        plan(topology, router);
        topology.addStateStore(
                JobChangelog.store(StepNames.WAITING, router.topics().jobSegmentBytes()));
        router.features().forEach(it -> it.addBeforeRouting(topology, router));
        awaitTopic(topology, router);
        route(topology, router);
        refuse(topology, router);
        bury(topology, router);
        // Kafka numbers the parts of a topology in this order, and names tasks by these numbers.
        router.features().reversed().forEach(it -> it.addTo(topology, router));
        return topology;
    }

    /**
     * Starts a topology with the steps behind the costs topic. Uses the DSL, since the Processor
     * API cannot create the repartition topic {@code arms}.
     */
    private Topology settle(RouterContext router) {
        List<String> costNodes =
                router.features().stream().flatMap(it -> it.costNodes().stream()).toList();
        var builder = new StreamsBuilder();
        builder.addStateStore(SeenJobStore.builder());
        KStream<byte[], RoutingMessage.JobCost> completed =
                builder.stream(
                                topics.costs(),
                                Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
                                        .withName(StepNames.ENDS)
                                        .withTimestampExtractor(new PriorityTimestampExtractor())
                                        .withOffsetResetPolicy(AutoOffsetReset.earliest()))
                        .process(CostEventTimestampStep::new, Named.as(StepNames.END_TIME))
                        .process(
                                () ->
                                        new JobCompletionStep(
                                                router.clock(),
                                                router.costsTopic(),
                                                costNodes,
                                                router.holds().times(),
                                                router.backlog(),
                                                router.errors()),
                                Named.as(StepNames.SETTLE),
                                StepNames.SEEN_JOBS);
        router.features().forEach(it -> it.addToEnds(completed, router));
        return builder.build();
    }

    private void requests(Topology topology, RouterContext router) {
        RouterTopics.addSource(
                topology,
                StepNames.REQUESTS,
                new RequestTurnExtractor(router.clock()),
                tenants.keySet().toArray(String[]::new));
        RouterTopics.addSource(
                topology,
                StepNames.RETRIEVED,
                new RequestTurnExtractor(router.clock()),
                topics.retrieved());
    }

    private void validate(Topology topology, RouterContext router) {
        Map<String, RequestReader> readers = readers(router.topics().maxRequestBytes());
        topology.addProcessor(
                StepNames.VALIDATE,
                () ->
                        new ValidateStep(
                                readers,
                                new RequestMover(
                                        router.partitions(), router.limits(), router.metrics()),
                                router.requestOffsets(),
                                topics.retrieved(),
                                router.features(),
                                router.backlog(),
                                router.errors()),
                StepNames.REQUESTS,
                StepNames.RETRIEVED);
        topology.addSink(
                StepNames.MOVED,
                RequestMover.TOPIC,
                new ByteArraySerializer(),
                RequestMover.BYTES,
                RequestMover.PARTITION,
                StepNames.VALIDATE);
        topology.connectProcessorAndStateStores(StepNames.VALIDATE, StepNames.SEEN_JOBS);
    }

    private void dedupe(Topology topology, RouterContext router) {
        // Parked and split jobs, and jobs that wait for topics, are in no topic of jobs.
        var expiry = new SeenJobExpiry(repeatsWindow, router.waitingLostBefore());
        topology.addProcessor(
                StepNames.DEDUPE,
                () ->
                        new DedupeStep(
                                router.clock(),
                                expiry,
                                router.features(),
                                router.limits(),
                                router.policies(),
                                router.errors()),
                StepNames.VALIDATE);
        topology.connectProcessorAndStateStores(StepNames.DEDUPE, StepNames.SEEN_JOBS);
    }

    private static void plan(Topology topology, RouterContext router) {
        topology.addProcessor(
                StepNames.PLAN, () -> new PlanStep(router), StepNames.DEDUPE, StepNames.VALIDATE);
    }

    private void awaitTopic(Topology topology, RouterContext router) {
        topology.addProcessor(
                StepNames.AWAIT_TOPIC,
                () -> HoldStep.of(router, topics),
                router.before(StepNames.AWAIT_TOPIC, StepNames.PLAN));
        topology.connectProcessorAndStateStores(
                StepNames.AWAIT_TOPIC, StepNames.WAITING, StepNames.SEEN_JOBS);
        RouterTopics.addSink(
                topology, StepNames.TOPIC_WAITS, topics.control(), StepNames.AWAIT_TOPIC);
    }

    private void route(Topology topology, RouterContext router) {
        topology.addProcessor(
                StepNames.ROUTE,
                () -> new RouteStep(router, topics, fairness),
                router.before(StepNames.ROUTE, StepNames.AWAIT_TOPIC, StepNames.SETTLE));
        topology.addStateStore(PaceStore.builder(), StepNames.ROUTE);
        router.features().stream()
                .flatMap(it -> it.stores().stream())
                .forEach(it -> topology.addStateStore(it, StepNames.PLAN, StepNames.ROUTE));
        router.topics().addJobs(topology, StepNames.JOBS, StepNames.ROUTE, StepNames.AWAIT_TOPIC);
    }

    private void refuse(Topology topology, RouterContext router) {
        topology.addProcessor(
                StepNames.REFUSE,
                () ->
                        new UncalledJobStep(
                                EndForwarder.of(router, topics, StepNames.OUTPUTS),
                                router.clock(),
                                router.errors()),
                router.before(
                        StepNames.REFUSE,
                        StepNames.DEDUPE,
                        StepNames.PLAN,
                        StepNames.AWAIT_TOPIC,
                        StepNames.ROUTE));
    }

    private void bury(Topology topology, RouterContext router) {
        router.topics()
                .addDeadLetters(
                        topology,
                        router,
                        StepNames.BURY,
                        StepNames.OUTPUTS,
                        router.before(
                                StepNames.BURY,
                                StepNames.VALIDATE,
                                StepNames.DEDUPE,
                                StepNames.AWAIT_TOPIC,
                                StepNames.REFUSE));
        router.topics()
                .addOutputs(
                        topology,
                        StepNames.OUTPUTS,
                        router.before(StepNames.OUTPUTS, StepNames.REFUSE, StepNames.BURY));
    }

    private Map<String, RequestReader> readers(int maxRequestBytes) {
        Map<String, String> ownTopics = new HashMap<>();
        // Sorted, so that all routers suggest the same topic to a tenant with several topics.
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
