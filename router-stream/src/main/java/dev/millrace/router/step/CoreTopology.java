package dev.millrace.router.step;

import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.budget.owner.OwnerStore;
import dev.millrace.router.dedupe.RequestMover;
import dev.millrace.router.dedupe.SeenJobExpiry;
import dev.millrace.router.dedupe.SeenJobStore;
import dev.millrace.router.fair.FairnessConfig;
import dev.millrace.router.fair.PaceStore;
import dev.millrace.router.feature.EndForwarder;
import dev.millrace.router.feature.RouterContext;
import dev.millrace.router.feature.RouterFeature;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.message.RequestReader;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.records.CostEventTimestampStep;
import dev.millrace.router.records.PriorityTimestampExtractor;
import dev.millrace.router.records.RequestTimestampExtractor;
import dev.millrace.router.records.RequestTurnExtractor;
import dev.millrace.router.waiting.JobChangelog;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * Builds the topology of the router around its {@linkplain RouterFeature features}.
 *
 * <pre>
 * costs ─► settle
 *             ├───────────────────────┬─────────────┐
 *             │           grants ─►   ▼             ▼
 * retrieved ──────┐
 * requests ─► validate ─► dedupe ─► plan ─► budget ─► route ─► jobs of the model
 *                │          │        │        │        │
 *                └─► bury ◄─┘        └─► refuse ◄──────┘
 *                      │                    │
 *                      ▼                    ▼
 *              dead-letters, costs    results, costs
 *
 * reports ─► budget-owner ─► grants
 *                   └──────► control (states of budgets)
 * </pre>
 *
 * <p>Between plan or budget and route, a job passes through await-topic, where it waits if its
 * model has no topics. Await-topic reports these jobs to control.
 *
 * <p>A feature can take a job after plan or budget, as split does with long documents, and can send
 * jobs to await-topic.
 *
 * <p>A job that needs money for another attempt comes from retrieved, and passes from validate to
 * budget, to await-topic, and from there to its topic.
 *
 * <p>A request outside its job's partition passes from validate to the right partition of its
 * topic.
 *
 * <p>If the error result of a job cannot be made, the job passes from refuse to bury. An accepted
 * job that later becomes unreadable passes to bury: from budget if it was parked, from await-topic
 * if it waited for topics, from validate if it returned from a feature, from a feature that held
 * it.
 *
 * @param tenants by request topic, the tenant bound to it; empty when each request names its tenant
 * @param maxRequestBytes size limit of a request line
 * @param repeatsWindow time after a job's end in which further requests are repeats
 * @param fairness limits of the fair pace between tenants
 */
public record CoreTopology(
        Topics topics,
        Map<String, Optional<String>> tenants,
        int maxRequestBytes,
        Duration repeatsWindow,
        FairnessConfig fairness) {
    /**
     * Selects the partition of a topic that has one, also if others have added partitions to it.
     */
    private static final StreamPartitioner<byte[], byte[]> ONLY_PARTITION =
            (topic, key, value, count) -> Optional.of(Set.of(0));

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
        budget(topology, router);
        router.features().forEach(it -> it.addBeforeRouting(topology, router));
        awaitTopic(topology, router);
        route(topology, router);
        refuse(topology, router);
        bury(topology, router);
        router.features().forEach(it -> it.addTo(topology, router));
        budgetOwner(topology, router);
        return topology;
    }

    /**
     * Starts a topology with the steps behind the costs topic. Uses the DSL, since the Processor
     * API cannot create the repartition topic {@code arms}.
     */
    private Topology settle(RouterContext router) {
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
                                                router.backlog(),
                                                router.errors()),
                                Named.as(StepNames.SETTLE),
                                StepNames.SEEN_JOBS);
        router.features().forEach(it -> it.addToEnds(completed, router));
        return builder.build();
    }

    private void requests(Topology topology, RouterContext router) {
        topology.addSource(
                AutoOffsetReset.earliest(),
                StepNames.REQUESTS,
                new RequestTurnExtractor(router.clock()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                tenants.keySet().toArray(String[]::new));
        topology.addSource(
                AutoOffsetReset.earliest(),
                StepNames.RETRIEVED,
                new RequestTurnExtractor(router.clock()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topics.retrieved());
    }

    private void validate(Topology topology, RouterContext router) {
        Map<String, RequestReader> readers = readers();
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
                                router.errors()),
                StepNames.VALIDATE);
        topology.connectProcessorAndStateStores(StepNames.DEDUPE, StepNames.SEEN_JOBS);
    }

    private static void plan(Topology topology, RouterContext router) {
        topology.addProcessor(
                StepNames.PLAN, () -> new PlanStep(router), StepNames.DEDUPE, StepNames.VALIDATE);
    }

    private void budget(Topology topology, RouterContext router) {
        var read = new ByteArrayDeserializer();
        topology.addSource(
                AutoOffsetReset.earliest(),
                StepNames.GRANTS_IN,
                new PriorityTimestampExtractor(),
                read,
                read,
                topics.budgetGrants());
        topology.addProcessor(
                StepNames.BUDGET,
                () -> BudgetStep.of(router),
                StepNames.PLAN,
                StepNames.VALIDATE,
                StepNames.SETTLE,
                StepNames.GRANTS_IN);
        topology.addStateStore(
                JobChangelog.store(StepNames.BUDGETS, router.budget().segmentBytes()),
                StepNames.BUDGET);
        topology.connectProcessorAndStateStores(StepNames.BUDGET, StepNames.SEEN_JOBS);
        var written = new ByteArraySerializer();
        topology.addSink(
                StepNames.REPORTS,
                topics.budgetReports(),
                written,
                written,
                ONLY_PARTITION,
                StepNames.BUDGET);
    }

    private void awaitTopic(Topology topology, RouterContext router) {
        topology.addProcessor(
                StepNames.AWAIT_TOPIC,
                () -> TopicWaitStep.of(router, topics),
                before(StepNames.AWAIT_TOPIC, router, StepNames.PLAN, StepNames.BUDGET));
        topology.connectProcessorAndStateStores(
                StepNames.AWAIT_TOPIC, StepNames.BUDGETS, StepNames.SEEN_JOBS);
        var reports = new ByteArraySerializer();
        topology.addSink(
                StepNames.TOPIC_WAITS,
                topics.control(),
                reports,
                reports,
                ONLY_PARTITION,
                StepNames.AWAIT_TOPIC);
    }

    private void route(Topology topology, RouterContext router) {
        topology.addProcessor(
                StepNames.ROUTE,
                () -> new RouteStep(router, topics, fairness),
                before(
                        StepNames.ROUTE,
                        router,
                        StepNames.AWAIT_TOPIC,
                        StepNames.BUDGET,
                        StepNames.SETTLE));
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
                StepNames.DEDUPE,
                StepNames.PLAN,
                StepNames.BUDGET,
                StepNames.AWAIT_TOPIC,
                StepNames.ROUTE);
    }

    private void bury(Topology topology, RouterContext router) {
        router.topics()
                .addDeadLetters(
                        topology,
                        router,
                        StepNames.BURY,
                        StepNames.OUTPUTS,
                        before(
                                StepNames.BURY,
                                router,
                                StepNames.VALIDATE,
                                StepNames.DEDUPE,
                                StepNames.BUDGET,
                                StepNames.AWAIT_TOPIC,
                                StepNames.REFUSE));
        router.topics()
                .addOutputs(
                        topology,
                        StepNames.OUTPUTS,
                        before(StepNames.OUTPUTS, router, StepNames.REFUSE, StepNames.BURY));
    }

    /** Adds the steps behind the topic of budget reports, which has one partition. */
    private void budgetOwner(Topology topology, RouterContext router) {
        int spending = router.partitions().most();
        var read = new ByteArrayDeserializer();
        topology.addSource(
                AutoOffsetReset.earliest(),
                StepNames.REPORTS_IN,
                new RequestTimestampExtractor(router.clock()),
                read,
                read,
                topics.budgetReports());
        topology.addProcessor(
                StepNames.BUDGET_OWNER,
                () -> BudgetOwnerStep.of(router, repeatsWindow, spending),
                StepNames.REPORTS_IN);
        topology.addStateStore(OwnerStore.builder(), StepNames.BUDGET_OWNER);
        topology.addSink(
                StepNames.GRANTS,
                topics.budgetGrants(),
                new ByteArraySerializer(),
                BudgetOwnerStep.GRANT_BYTES,
                BudgetOwnerStep.GRANT_PARTITION,
                StepNames.BUDGET_OWNER);
        var states = new ByteArraySerializer();
        topology.addSink(
                StepNames.BUDGET_STATES,
                topics.control(),
                states,
                states,
                ONLY_PARTITION,
                StepNames.BUDGET_OWNER);
    }

    /** Returns the given nodes of the core, and those of features, that forward to a node. */
    private static String[] before(String node, RouterContext router, String... steps) {
        return Stream.concat(
                        Stream.of(steps),
                        router.features().stream().flatMap(it -> it.before(node).stream()))
                .toArray(String[]::new);
    }

    private Map<String, RequestReader> readers() {
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
