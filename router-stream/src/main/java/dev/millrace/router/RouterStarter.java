package dev.millrace.router;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.TopicPlan;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.control.ControlFollower;
import dev.millrace.control.UnknownTopicRetry;
import dev.millrace.router.background.BackgroundTasks;
import dev.millrace.router.background.LostJobDetector;
import dev.millrace.router.background.OldestJobInTopics;
import dev.millrace.router.background.PauseFollower;
import dev.millrace.router.background.RequestCleanup;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.dedupe.JobPartitions;
import dev.millrace.router.dedupe.RequestOffsets;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.failure.RouterStartException;
import dev.millrace.router.fair.FairLaneAssigner;
import dev.millrace.router.fair.FairnessConfig;
import dev.millrace.router.feature.ConfiguredFeatures;
import dev.millrace.router.feature.RouterContext;
import dev.millrace.router.feature.RouterFeature;
import dev.millrace.router.feature.RouterFeature.FeatureTopic;
import dev.millrace.router.feature.RouterFeature.Use;
import dev.millrace.router.feature.RouterTopics;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.hold.HoldState;
import dev.millrace.router.message.RouterMetrics;
import dev.millrace.router.message.ThreadBacklog;
import dev.millrace.router.plan.Planner;
import dev.millrace.router.plan.ServiceableModels;
import dev.millrace.router.policy.PolicySnapshotSource;
import dev.millrace.router.step.CoreTopology;
import dev.millrace.router.streams.BoundedMemoryRocksDbConfig;
import dev.millrace.router.streams.ProduceFailureHandler;
import dev.millrace.router.streams.RouterClientSupplier;
import dev.millrace.router.streams.StreamThreadFailureHandler;
import dev.millrace.router.streams.TaskDirectories;
import dev.millrace.router.topic.ClusterTopics;
import dev.millrace.router.topic.InternalTopics;
import dev.millrace.router.topic.LanesOnDemand;
import dev.millrace.router.topic.TopicAvailability;
import dev.millrace.router.topic.TopicId;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Assembles a router and starts it. */
final class RouterStarter {
    /** Longest wait of a lane's first job for its topic, which takes well below a second. */
    private static final Duration LANE_WAIT = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(RouterStarter.class);

    private final RouterSettings settings;
    private final MeterRegistry registry;
    private final InstantSource clock;
    private final MillraceConfig config;
    private final Topics topics;
    private final Set<String> requests;
    private final Classifier classifier = RouterTopology.classifier();

    RouterStarter(RouterSettings settings, MeterRegistry registry, InstantSource clock) {
        this.settings = settings;
        this.registry = registry;
        this.clock = clock;
        config = settings.config();
        topics = new Topics(config.topics().prefix());
        requests = config.requestTopics().keySet();
    }

    Router start() {
        BoundedMemoryRocksDbConfig.preload();
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
        List<RouterFeature> features =
                RouterTopology.features(
                        config, topics, registry, topic -> new TopicId(admin, topic));
        ConfiguredFeatures.missing(config, features, classifier)
                .ifPresent(
                        it -> {
                            throw new RouterStartException(it);
                        });
        TopicAvailability available = requireTopics(admin, features);
        int partitions = partitions(available).most();
        available.requireEnoughPartitions(partitions);
        for (FeatureTopic topic : topicsOf(features)) {
            if (topic.shortage() != null) {
                available.require(topic.name(), partitions, topic.shortage());
            }
        }
        features.forEach(it -> it.check(available::partitions, config.topics().keyPartitions()));
        // Read before anything is routed, so that cancellations and trips apply from the start.
        ControlFollower control = followControl();
        try {
            return start(admin, available, control, features);
        } catch (RuntimeException e) {
            control.close();
            throw e;
        }
    }

    /** Waits for the required topics, which were possibly created a moment ago. */
    private TopicAvailability requireTopics(Admin admin, List<RouterFeature> features) {
        var directory = clusterTopics(admin);
        Set<String> required = requiredTopics();
        topicsOf(features).forEach(it -> required.add(it.name()));
        try {
            return UnknownTopicRetry.await(
                    () -> {
                        var found = TopicAvailability.load(directory, topics, System::nanoTime);
                        found.require(required);
                        return found;
                    });
        } catch (ExecutionException e) {
            throw new RouterStartException("The cluster does not answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RouterStartException("The start was interrupted", e);
        }
    }

    private static Set<String> jobStores(List<RouterFeature> features) {
        Set<String> stores = new HashSet<>(Set.of(StepNames.WAITING));
        features.forEach(it -> stores.addAll(it.jobStores()));
        return stores;
    }

    private static List<FeatureTopic> topicsOf(List<RouterFeature> features) {
        return features.stream().flatMap(it -> it.topics().stream()).toList();
    }

    private ClusterTopics clusterTopics(Admin admin) {
        return new ClusterTopics(admin, topics.prefix(), requests);
    }

    private Router start(
            Admin admin,
            TopicAvailability available,
            ControlFollower control,
            List<RouterFeature> features) {
        var failures = new StreamThreadFailureHandler(clock, available);
        var clients =
                new RouterClientSupplier(
                        System::nanoTime,
                        settings.commitInterval(),
                        StreamsProperties.fetchBytes(settings.heap()),
                        () -> failures.reason() != null,
                        urgentTopics(features));
        var lostJobs = new LostJobDetector(new OldestJobInTopics(admin, topics), clock);
        var costsTopic = new TopicId(admin, topics.costs());
        var context =
                context(
                        available,
                        new LanesOnDemand(
                                available,
                                TopicPlan.onDemand(config),
                                clusterTopics(admin),
                                LANE_WAIT),
                        control,
                        clients,
                        entries ->
                                new RequestOffsets(
                                        entries,
                                        topic -> new TopicId(admin, topic).get(),
                                        settings.acceptResend()),
                        costsTopic,
                        lostJobs,
                        features);
        var topology = topology(available).build(context);
        var properties = StreamsProperties.of(settings);
        InternalTopics.update(admin, available.names(), properties, jobStores(features));
        features.stream()
                .flatMap(it -> it.repartitionTopics().stream())
                .forEach(
                        it ->
                                InternalTopics.createRepartitionTopic(
                                        admin, available.names(), properties, it));
        properties.put(ProduceFailureHandler.TOPICS_CONFIG, available);
        var streams = new KafkaStreams(topology, properties, clients);
        Runnable growth =
                () ->
                        InternalTopics.grow(
                                admin, available, topology.describe(), settings.applicationId());
        growth.run();
        streams.setUncaughtExceptionHandler(
                failure -> {
                    if (InternalTopics.haveTooFewPartitions(failure)) {
                        // Not by the thread of the client, whose next answer is waited for.
                        available.refresh().toCompletableFuture().join();
                        growth.run();
                    }
                    return failures.handle(failure);
                });
        var pauses =
                PauseFollower.start(
                        streams,
                        () -> control.state().inEffect(clock.instant()).isPaused(),
                        available::refusal);
        streams.start();
        LOG.atInfo().addKeyValue("application", settings.applicationId()).log("Router started");
        lostJobs.start();
        var cleanup = RequestCleanup.start(admin, settings.applicationId(), readTopics(features));
        return new Router(
                streams,
                clients,
                failures,
                new BackgroundTasks(
                        admin,
                        control,
                        pauses,
                        cleanup,
                        lostJobs,
                        () -> features.forEach(RouterFeature::close)),
                new TaskDirectories(
                        settings.stateDirectory().resolve(settings.applicationId()), clock));
    }

    private ControlFollower followControl() {
        try {
            return ControlFollower.start(settings.kafka().properties(), topics.prefix());
        } catch (KafkaException e) {
            throw new RouterStartException(
                    "Cannot read " + topics.control() + ": " + e.getMessage(), e);
        }
    }

    private RouterContext context(
            TopicAvailability available,
            LanesOnDemand lanes,
            ControlFollower control,
            ThreadBacklog backlog,
            RequestOffsets.Factory requestOffsets,
            TopicId costsTopic,
            LostJobDetector lostJobs,
            List<RouterFeature> features) {
        var policies = new PolicySnapshotSource(control::state, config);
        var models = ServiceableModels.of(config, settings.translations());
        return new RouterContext(
                new Planner(
                        models,
                        available::unavailableReason,
                        classifier,
                        features.stream()
                                .map(it -> it.planning(models, of -> jobBytes(available, of)))
                                .toList()),
                new RouterTopics(
                        topics,
                        config.topics().keyPartitions(),
                        available::partitions,
                        config.topics().maxRequestBytes(),
                        InternalTopics.jobSegmentBytes(StreamsProperties.of(settings))),
                lanes::maxRecordBytes,
                policies,
                partitions(available),
                backlog,
                requestOffsets,
                costsTopic,
                lostJobs,
                clock,
                new RouterMetrics(registry),
                new InternalErrors(registry),
                new HoldState(settings.traces()),
                features);
    }

    /** Returns the size limit of a model's jobs. */
    private int jobBytes(TopicAvailability available, Model model) {
        return available.maxRecordBytes(topics.jobs(model.name(), Lane.NORMAL));
    }

    /** Returns the topics whose records a caller can wait for. */
    private Set<String> urgentTopics(List<RouterFeature> features) {
        Set<String> urgent = new HashSet<>(requests);
        for (FeatureTopic topic : topicsOf(features)) {
            if (topic.use() == Use.AWAITED) {
                urgent.add(topic.name());
            }
        }
        return urgent;
    }

    /** Returns the topics that only the router reads; the router deletes their records. */
    private Set<String> readTopics(List<RouterFeature> features) {
        Set<String> read = new HashSet<>(requests);
        for (FeatureTopic topic : topicsOf(features)) {
            if (topic.use() != Use.WRITTEN) {
                read.add(topic.name());
            }
        }
        read.add(topics.retrieved());
        return read;
    }

    private JobPartitions partitions(TopicAvailability available) {
        Map<String, Integer> partitions = new HashMap<>();
        requests.forEach(
                it ->
                        partitions.put(
                                it, available.jobPartitions(it, config.topics().keyPartitions())));
        return new JobPartitions(partitions);
    }

    private CoreTopology topology(TopicAvailability available) {
        Map<String, Optional<String>> tenants = new HashMap<>();
        config.requestTopics().forEach((topic, bound) -> tenants.put(topic, bound.tenant()));
        return new CoreTopology(
                topics,
                tenants,
                config.router().repeatsWindow(),
                new FairnessConfig(
                        FairLaneAssigner.limitPerPartition(
                                config.router().fairness().burst(), partitions(available).most()),
                        tenant -> config.tenant(tenant).weight()));
    }

    private Set<String> requiredTopics() {
        Set<String> required = new HashSet<>(requests);
        required.add(topics.results());
        required.add(topics.costs());
        required.add(topics.deadLetters());
        required.add(topics.control());
        required.add(topics.retrieved());
        return required;
    }
}
