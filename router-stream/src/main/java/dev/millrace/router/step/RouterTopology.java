package dev.millrace.router.step;

import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.canary.inflight.CanaryInFlightStore;
import dev.millrace.router.edge.EndTime;
import dev.millrace.router.edge.Ended;
import dev.millrace.router.edge.Outgoing;
import dev.millrace.router.edge.RequestTime;
import dev.millrace.router.edge.TopicLimits;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.fair.FairnessConfig;
import dev.millrace.router.fair.PaceStore;
import dev.millrace.router.flow.Flow;
import dev.millrace.router.flow.Flow.Job;
import dev.millrace.router.flow.Intake;
import dev.millrace.router.seen.Expiry;
import dev.millrace.router.seen.SeenJobs;
import java.time.Duration;
import java.time.InstantSource;
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
 * Puts the steps together.
 *
 * <pre>
 * requests ─► validate ─► dedupe ─► plan ─► route ─► lane ─► jobs of the model
 *                │          │        │        │      ▲
 *                └─► bury ◄─┘        └─► refuse ◄┘   │
 *                      │                  ├─► results│
 *                      ▼                  └─► costs  │
 *                dead-letters                        │
 * costs ─► settle ───────────────────────────────────┘
 *             └─► pick ─► (arms) ─► watch ─► control
 * </pre>
 *
 * A job on which the lane step fails goes to refuse, and one whose end refuse cannot write to bury.
 *
 * @param tenants by request topic, whose requests its are; empty when they say so themselves
 * @param maxRequestBytes longest line that is worked on
 * @param repeatsWindow for how long after the first a repeat is one
 * @param fairness what puts jobs on the bulk lane
 */
public record RouterTopology(
        Topics topics,
        Map<String, Optional<String>> tenants,
        int maxRequestBytes,
        Duration repeatsWindow,
        FairnessConfig fairness) {
    /** How often a task that keeps up with its topic commits. */
    public static final Duration COMMIT_TICK = Duration.ofMillis(10);

    public RouterTopology {
        tenants = Map.copyOf(tenants);
    }

    /** The topology, for one instance of Kafka Streams. */
    public Topology build(Surroundings around) {
        Topology topology = ends(around);
        topology.addSource(
                AutoOffsetReset.earliest(),
                Step.REQUESTS,
                new RequestTime(around.clock()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                tenants.keySet().toArray(String[]::new));
        addSteps(topology, around);
        addEnds(topology);
        return topology;
    }

    /** What comes back: the final cost events of the jobs of each partition. */
    private Topology ends(Surroundings around) {
        var builder = new StreamsBuilder();
        builder.addStateStore(SeenJobs.builder());
        KStream<byte[], Flow.End> ended =
                builder.stream(
                                topics.costs(),
                                Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
                                        .withName(Step.ENDS)
                                        .withTimestampExtractor(new EndTime())
                                        .withOffsetResetPolicy(AutoOffsetReset.earliest()))
                        .process(EndTimeStep::new, Named.as(Step.END_TIME))
                        .process(
                                () ->
                                        new SettleStep(
                                                around.clock(),
                                                around.costsTopic(),
                                                around.backlog(),
                                                around.errors()),
                                Named.as(Step.SETTLE),
                                Step.SEEN_JOBS);
        around.watch().addTo(ended, Flow.End::event);
        return builder.build();
    }

    private void addSteps(Topology topology, Surroundings around) {
        TopicLimits limits = around.limits();
        InstantSource clock = around.clock();
        RouterMeters meters = around.meters();
        InternalErrors errors = around.errors();
        Map<String, Intake> intakes = intakes();
        topology.addProcessor(
                Step.VALIDATE,
                () -> new ValidateStep(intakes, around.backlog(), errors),
                Step.REQUESTS);
        var expiry = new Expiry(repeatsWindow, around.lostBefore());
        topology.addProcessor(
                Step.DEDUPE, () -> new DedupeStep(clock, expiry, errors), Step.VALIDATE);
        topology.connectProcessorAndStateStores(Step.DEDUPE, Step.SEEN_JOBS);
        topology.addProcessor(Step.PLAN, () -> new PlanStep(around, topics), Step.DEDUPE);
        topology.addProcessor(Step.ROUTE, () -> new RouteStep(limits, meters, errors), Step.PLAN);
        topology.addProcessor(
                Step.LANE,
                () ->
                        new LaneStep(
                                topics,
                                limits,
                                around.guarded(),
                                around.lostBefore(),
                                fairness,
                                errors),
                Step.ROUTE,
                Step.SETTLE);
        topology.addStateStore(PaceStore.builder(), Step.LANE);
        topology.addStateStore(CanaryInFlightStore.builder(), Step.PLAN, Step.LANE);
        topology.addProcessor(
                Step.REFUSE,
                () -> new RefuseStep(clock, meters, errors),
                Step.PLAN,
                Step.ROUTE,
                Step.LANE);
        topology.addProcessor(
                Step.BURY,
                () -> new BuryStep(() -> keptOfDeadLetters(limits), clock, meters, errors),
                Step.VALIDATE,
                Step.DEDUPE,
                Step.REFUSE);
    }

    /** Headers and key of a dead letter have room of their own. */
    private int keptOfDeadLetters(TopicLimits limits) {
        return Math.min(
                maxRequestBytes,
                limits.maxRecordBytes(topics.deadLetters()) - 2 * Outgoing.MAX_FOREIGN_BYTES);
    }

    private void addEnds(Topology topology) {
        var bytes = new ByteArraySerializer();
        TopicNameExtractor<byte[], Job> topicOfModel = (key, job, context) -> job.topic();
        Serializer<Job> bytesOfJob = (topic, job) -> job.bytes();
        topology.addSink(Step.JOBS, topicOfModel, bytes, bytesOfJob, Step.LANE);
        addEnd(topology, Step.RESULTS, topics.results());
        addEnd(topology, Step.COSTS, topics.costs());
        topology.addSink(Step.DEAD_LETTERS, topics.deadLetters(), bytes, bytes, Step.BURY);
    }

    private static void addEnd(Topology topology, String step, String topic) {
        topology.addSink(
                step,
                topic,
                new ByteArraySerializer(),
                Ended.BYTES,
                Ended.SAME_PARTITION,
                Step.REFUSE);
    }

    private Map<String, Intake> intakes() {
        Map<String, String> ownTopics = new HashMap<>();
        // In the order of names, so that every router names the same one of several topics.
        new TreeMap<>(tenants)
                .forEach((topic, tenant) -> tenant.ifPresent(it -> ownTopics.put(it, topic)));
        Map<String, Intake> intakes = new HashMap<>();
        tenants.forEach(
                (topic, tenant) ->
                        intakes.put(
                                topic,
                                new Intake(maxRequestBytes, tenant.orElse(null), ownTopics)));
        return intakes;
    }
}
