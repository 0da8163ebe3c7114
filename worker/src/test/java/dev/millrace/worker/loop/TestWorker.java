package dev.millrace.worker.loop;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.service.StoppedPartition;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.worker.breaker.BreakerReporter;
import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.fallback.FallbackModel;
import dev.millrace.worker.fallback.FallbackModels;
import dev.millrace.worker.job.ConfiguredLimits;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.job.ServedModels;
import dev.millrace.worker.outcome.OutputRecords;
import dev.millrace.worker.port.Timing;
import dev.millrace.worker.quota.PermitSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** A loop on fakes of all its ports. The test runs each turn. */
final class TestWorker {
    /** A breaker that needs more calls than a test makes. */
    static final String NO_BREAKER = "breaker: { window: 10000, minimum_calls: 10000 }";

    /** A very high limit, so that calls need not start carefully. */
    private static final Limits UNLIMITED =
            new Limits(
                    OptionalLong.of(1_000_000_000),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty());

    final FakeTime time = new FakeTime();
    final FakeSource source;
    final FakeLog log;
    final FakeTopics topics;
    final FakeProviders providers = new FakeProviders();
    final FakeControl control = new FakeControl();
    final FakeMailbox mailbox = new FakeMailbox(time);
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final WorkerLoop loop;

    TestWorker(FakeCluster cluster) {
        this(cluster, "");
    }

    /**
     * @param settings keys of the {@code worker} section, such as {@code "max_in_flight: 3"}
     */
    TestWorker(FakeCluster cluster, String settings) {
        this(cluster, settings, false, FakeCluster.MODEL);
    }

    TestWorker(FakeCluster cluster, String settings, boolean acceptResend, String... models) {
        this(cluster, PermitSource.LOCAL, UNLIMITED, settings, acceptResend, models);
    }

    /** Creates a worker whose model has limits. */
    TestWorker(FakeCluster cluster, PermitSource permits, Limits limits, String settings) {
        this(cluster, permits, limits, settings, false, FakeCluster.MODEL);
    }

    /** Creates a worker whose model has a price, such as one with a cheaper tier. */
    TestWorker(FakeCluster cluster, Price price, String settings) {
        this(cluster, price, settings, FakeCluster.MODEL);
    }

    /** Creates a worker whose model has a price, with permits that the test controls. */
    TestWorker(FakeCluster cluster, PermitSource permits, Price price) {
        this(cluster, permits, UNLIMITED, price, "max_in_flight: 100", false, FakeCluster.MODEL);
    }

    /** Creates a worker whose model has a price and limits. */
    TestWorker(FakeCluster cluster, Limits limits, Price price, String settings) {
        this(cluster, PermitSource.LOCAL, limits, price, settings, false, FakeCluster.MODEL);
    }

    /** Creates a worker of several models with one price. */
    TestWorker(FakeCluster cluster, Price price, String settings, String... models) {
        this(cluster, PermitSource.LOCAL, UNLIMITED, price, settings, false, models);
    }

    /** Creates a worker with permits that the test controls. */
    TestWorker(FakeCluster cluster, PermitSource permits) {
        this(cluster, permits, UNLIMITED, "", false, FakeCluster.MODEL);
    }

    private TestWorker(
            FakeCluster cluster,
            PermitSource permits,
            Limits limits,
            String settings,
            boolean acceptResend,
            String... models) {
        this(cluster, permits, limits, Price.of("1", "2"), settings, acceptResend, models);
    }

    private TestWorker(
            FakeCluster cluster,
            PermitSource permits,
            Limits limits,
            Price price,
            String settings,
            boolean acceptResend,
            String... models) {
        providers.keyCount = cluster.keyCount;
        source = new FakeSource(cluster, time);
        log = new FakeLog(cluster);
        topics = new FakeTopics(cluster);
        // By default, a turn may commit at once.
        String pace = settings.contains("commit_interval") ? "" : "commit_interval: 0s, ";
        WorkerConfig config =
                new ConfigLoader(Map.of())
                        .parse("test", "worker: { instance: w, " + pace + settings + " }")
                        .worker();
        var served = new HashMap<String, Model>();
        var jobTopics = new HashMap<String, JobTopic>();
        for (Lane lane : Lane.values()) {
            jobTopics.put(
                    FakeCluster.partition(lane).topic(), new JobTopic(FakeCluster.MODEL, lane));
        }
        for (String model : models) {
            served.put(model, Model.of(model, "p", price).withLimits(limits));
            jobTopics.put(FakeCluster.partition(model).topic(), new JobTopic(model, cluster.lane));
        }
        loop =
                new WorkerLoop(
                        new WorkerLoop.Ports(source, log, topics, providers, control, permits),
                        mailbox,
                        new ServedModels(
                                served,
                                jobTopics,
                                fallbacks(served),
                                "v1",
                                new OutputRecords(new Topics("millrace."), 1 << 20),
                                ConfiguredLimits.NONE,
                                _ -> 1,
                                acceptResend),
                        config,
                        new Timing(time.clock(), new SplittableRandom(7)),
                        new Breakers(
                                config.breaker(),
                                time.clock(),
                                providers::keyCount,
                                new BreakerReporter(registry)),
                        new LoopFeatures(cluster.prompts.get(), cluster.searches, cluster.follower),
                        registry);
        loop.subscribe(List.of(FakeCluster.TOPIC));
    }

    private static FallbackModels fallbacks(Map<String, Model> served) {
        return new FallbackModels(
                served.values().stream()
                        .collect(
                                Collectors.toMap(
                                        Model::name,
                                        it ->
                                                new FallbackModel(
                                                        it, Endpoints.known().all(), List.of()))));
    }

    /** Returns the number of attempted transactions that contain a result. */
    long resultTransactions() {
        return log.attempts.stream()
                .filter(it -> it.records().stream().anyMatch(r -> r.topic().endsWith("results")))
                .count();
    }

    List<StoppedPartition.Reason> stopReasons() {
        return loop.health().stoppedPartitions().stream().map(StoppedPartition::reason).toList();
    }

    TestWorker owning(int... partitions) {
        source.assign(partitions);
        turn(3);
        return this;
    }

    TestWorker owning(Lane lane) {
        source.assign(List.of(FakeCluster.partition(lane)));
        turn(3);
        return this;
    }

    TestWorker owning(String model) {
        source.assign(List.of(FakeCluster.partition(model)));
        turn(3);
        return this;
    }

    /**
     * Answers running calls until more calls have started, and returns their custom_ids in order.
     */
    List<String> nextCalls(int count) {
        int end = providers.calls.size() + count;
        while (providers.calls.size() < end) {
            providers.running().forEach(providers::answer);
            turn(1);
        }
        return providers.calls.subList(end - count, end);
    }

    void turn(int times) {
        for (int i = 0; i < times; i++) {
            time.advance(Duration.ofMillis(1));
            loop.runOnce();
        }
    }
}
