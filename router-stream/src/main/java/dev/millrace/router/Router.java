package dev.millrace.router;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.Service;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.fair.FairPace;
import dev.millrace.router.fair.Fairness;
import dev.millrace.router.plan.Offer;
import dev.millrace.router.plan.Planner;
import dev.millrace.router.plan.Standing;
import dev.millrace.router.step.RouterMeters;
import dev.millrace.router.step.RouterTopology;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running router. Streams' threads do the work; start and close are for one thread. */
public final class Router implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    private final Admin admin;
    private final KafkaStreams streams;
    private final ThreadFailures failures;
    private final RequestCleanup cleanup;

    private Router(
            Admin admin, KafkaStreams streams, ThreadFailures failures, RequestCleanup cleanup) {
        this.admin = admin;
        this.streams = streams;
        this.failures = failures;
        this.cleanup = cleanup;
    }

    /**
     * Starts a router and returns at once; {@link #health} says when it works.
     *
     * @throws RouterStartException when the cluster does not answer or a topic is missing that
     *     nothing goes without
     */
    public static Router start(
            RouterSettings settings, MeterRegistry registry, InstantSource clock) {
        Map<String, Object> client = new HashMap<>(settings.kafka().properties());
        client.put("metric.reporters", "");
        Admin admin = Admin.create(client);
        try {
            return start(settings, registry, clock, admin);
        } catch (RuntimeException e) {
            admin.close(Duration.ZERO);
            throw e;
        }
    }

    private static Router start(
            RouterSettings settings, MeterRegistry registry, InstantSource clock, Admin admin) {
        var topics = new Topics(settings.config().topics().prefix());
        Set<String> requests = settings.config().requestTopics().keySet();
        var existing =
                TopicsInService.look(
                        new ClusterTopics(admin, topics.prefix(), requests),
                        topics,
                        System::nanoTime);
        existing.require(needed(settings.config(), topics));
        existing.requireRoomForEnds(requests);
        var planner =
                new Planner(
                        Offer.of(settings.config()),
                        existing::reasonAgainst,
                        Classifier.load(),
                        () -> Standing.ofFile(settings.config()));
        Topology topology =
                topology(settings.config(), topics, existing.mostPartitions(requests))
                        .build(
                                planner,
                                existing::maxRecordBytes,
                                clock,
                                new RouterMeters(registry));
        var failures = new ThreadFailures(clock);
        var properties = StreamsProperties.of(settings);
        properties.put(ProduceFailures.TOPICS_CONFIG, existing);
        var streams = new KafkaStreams(topology, properties);
        streams.setUncaughtExceptionHandler(failures);
        streams.start();
        LOG.atInfo().addKeyValue("application", settings.applicationId()).log("Router started");
        var cleanup = RequestCleanup.start(admin, settings.applicationId(), requests);
        return new Router(admin, streams, failures, cleanup);
    }

    private static RouterTopology topology(MillraceConfig config, Topics topics, int partitions) {
        Map<String, Optional<String>> tenants = new HashMap<>();
        config.requestTopics().forEach((topic, bound) -> tenants.put(topic, bound.tenant()));
        return new RouterTopology(
                topics,
                tenants,
                config.topics().maxRequestBytes(),
                config.router().repeatsWindow(),
                new Fairness(
                        FairPace.limit(config.router().fairness().burst(), partitions),
                        tenant -> config.tenant(tenant).weight()));
    }

    private static Set<String> needed(MillraceConfig config, Topics topics) {
        Set<String> needed = new HashSet<>(config.requestTopics().keySet());
        needed.add(topics.results());
        needed.add(topics.costs());
        needed.add(topics.deadLetters());
        return needed;
    }

    @Override
    public Health health() {
        return switch (streams.state()) {
            case RUNNING -> Health.ready("routing");
            case CREATED, REBALANCING -> Health.waiting("waiting for its partitions");
            case PENDING_SHUTDOWN, PENDING_ERROR -> Health.waiting("stopping");
            case NOT_RUNNING -> Health.stopped("closed");
            case ERROR -> Health.stopped("failed: " + failures.reason());
        };
    }

    /** Commits what has been routed and leaves the group, so that others take over at once. */
    @Override
    public void close() {
        cleanup.close();
        boolean closed =
                streams.close(
                        CloseOptions.groupMembershipOperation(
                                        CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                                .withTimeout(CLOSE_WITHIN));
        if (!closed) {
            LOG.atWarn().log("The router's threads have not ended in time");
        }
        admin.close(Duration.ZERO);
    }
}
