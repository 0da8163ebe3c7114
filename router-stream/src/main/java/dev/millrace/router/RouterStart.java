package dev.millrace.router;

import dev.millrace.contracts.config.KafkaClient;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.contracts.topic.UnknownTopicRetry;
import dev.millrace.control.ControlFollower;
import dev.millrace.router.canary.CanaryMetrics;
import dev.millrace.router.canary.CanaryRuleSource;
import dev.millrace.router.canary.CanaryTopology;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.fair.FairLaneAssigner;
import dev.millrace.router.fair.FairnessConfig;
import dev.millrace.router.flow.Backlog;
import dev.millrace.router.plan.Offer;
import dev.millrace.router.plan.Planner;
import dev.millrace.router.policy.DefaultPolicy;
import dev.millrace.router.step.RouterMeters;
import dev.millrace.router.step.RouterTopology;
import dev.millrace.router.step.Surroundings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a router together and starts it: first what it goes by, then what it does. */
final class RouterStart {
    private static final Logger LOG = LoggerFactory.getLogger(RouterStart.class);

    private final RouterSettings settings;
    private final MeterRegistry registry;
    private final InstantSource clock;
    private final MillraceConfig config;
    private final Topics topics;
    private final Set<String> requests;

    RouterStart(RouterSettings settings, MeterRegistry registry, InstantSource clock) {
        this.settings = settings;
        this.registry = registry;
        this.clock = clock;
        config = settings.config();
        topics = new Topics(config.topics().prefix());
        requests = config.requestTopics().keySet();
    }

    Router run() {
        Map<String, Object> client = KafkaClient.ADMIN.properties(settings.kafka().properties());
        client.put("metric.reporters", "");
        Admin admin = Admin.create(client);
        try {
            return start(admin);
        } catch (RuntimeException e) {
            admin.close(Duration.ZERO);
            throw e;
        }
    }

    private Router start(Admin admin) {
        TopicsInService existing = look(admin);
        existing.requireRoomForEnds(requests);
        // Before anything is routed: what was cancelled or tripped stays so.
        ControlFollower control = follow();
        try {
            return start(admin, existing, control);
        } catch (RuntimeException e) {
            control.close();
            throw e;
        }
    }

    /** Looks for the topics, which may have been created a moment ago. */
    private TopicsInService look(Admin admin) {
        var directory = new ClusterTopics(admin, topics.prefix(), requests);
        try {
            return UnknownTopicRetry.await(
                    () -> {
                        var found = TopicsInService.look(directory, topics, System::nanoTime);
                        found.require(needed());
                        return found;
                    });
        } catch (ExecutionException e) {
            throw new RouterStartException("The cluster does not answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RouterStartException("The start was interrupted", e);
        }
    }

    private Router start(Admin admin, TopicsInService existing, ControlFollower control) {
        var consumers = new StreamConsumers();
        var lost = new LostJobs(new JobsInTopics(admin, topics), clock);
        var costsTopic = new CostsTopicId(admin, topics.costs());
        var around = surroundings(existing, control, consumers, costsTopic, lost);
        var topology = topology(existing.mostPartitions(requests)).build(around);
        var failures = new ThreadFailures(clock, existing);
        var properties = StreamsProperties.of(settings);
        InternalTopics.update(admin, existing.names(), properties);
        properties.put(ProduceFailures.TOPICS_CONFIG, existing);
        var streams = new KafkaStreams(topology, properties, consumers);
        streams.setUncaughtExceptionHandler(failures);
        var pauses = Pauses.start(streams, () -> control.state().isPaused());
        streams.start();
        LOG.atInfo().addKeyValue("application", settings.applicationId()).log("Router started");
        lost.start();
        var cleanup = RequestCleanup.start(admin, settings.applicationId(), requests);
        return new Router(
                streams,
                consumers,
                failures,
                new Attendants(admin, control, pauses, cleanup, lost));
    }

    private ControlFollower follow() {
        try {
            return ControlFollower.start(settings.kafka().properties(), topics.prefix());
        } catch (KafkaException e) {
            throw new RouterStartException("Control cannot be read: " + e.getMessage(), e);
        }
    }

    private Surroundings surroundings(
            TopicsInService existing,
            ControlFollower control,
            Backlog backlog,
            CostsTopicId costsTopic,
            LostJobs lost) {
        var ruleSource = new CanaryRuleSource(control::state, config.policies(), config.catalog());
        var errors = new InternalErrors(registry);
        return new Surroundings(
                new Planner(
                        Offer.of(config),
                        existing::reasonAgainst,
                        Classifier.load(),
                        new DefaultPolicy(control::state, config)),
                existing::maxRecordBytes,
                control::state,
                new CanaryTopology(
                        ruleSource, new CanaryMetrics(registry), errors, backlog, topics.control()),
                ruleSource.canaries(existing.mostPartitions(requests)),
                backlog,
                costsTopic,
                lost,
                clock,
                new RouterMeters(registry),
                errors);
    }

    private RouterTopology topology(int partitions) {
        Map<String, Optional<String>> tenants = new HashMap<>();
        config.requestTopics().forEach((topic, bound) -> tenants.put(topic, bound.tenant()));
        return new RouterTopology(
                topics,
                tenants,
                config.topics().maxRequestBytes(),
                config.router().repeatsWindow(),
                new FairnessConfig(
                        FairLaneAssigner.limitPerPartition(
                                config.router().fairness().burst(), partitions),
                        tenant -> config.tenant(tenant).weight()));
    }

    private Set<String> needed() {
        Set<String> needed = new HashSet<>(requests);
        needed.add(topics.results());
        needed.add(topics.costs());
        needed.add(topics.deadLetters());
        needed.add(topics.control());
        return needed;
    }
}
