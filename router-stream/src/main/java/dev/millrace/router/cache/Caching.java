package dev.millrace.router.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.RouterConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.topic.KeyPartitions;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.cache.key.CacheKeys;
import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.failure.RouterStartException;
import dev.millrace.router.feature.FeatureOption;
import dev.millrace.router.feature.RouterContext;
import dev.millrace.router.feature.RouterFeature;
import dev.millrace.router.feature.RouterFeature.FeatureTopic;
import dev.millrace.router.feature.RouterFeature.Forwarded;
import dev.millrace.router.feature.RouterFeature.Use;
import dev.millrace.router.feature.RouterTopics;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.feature.TaskStep;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.message.RoutingMessage.RoutedJob;
import dev.millrace.router.plan.PlanAddition;
import dev.millrace.router.plan.ServiceableModels;
import dev.millrace.router.records.OutgoingRecords;
import dev.millrace.router.records.PriorityTimestampExtractor;
import dev.millrace.router.records.RequestTimestampExtractor;
import dev.millrace.router.records.TopicLimits;
import dev.millrace.router.waiting.JobChangelog;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Answers identical jobs with one call:
 *
 * <pre>
 * route ─► lookups ─► cache ─► jobs of the model
 *          answers ─►   ├────► results, costs
 *                       └────► control (sizes and counts)
 * </pre>
 *
 * <p>If the error result of a job cannot be made, the job passes from cache to cache-bury.
 */
public final class Caching implements RouterFeature {
    static final String LOOKUPS = "lookups";
    static final String RELEASED = "released";
    static final String BURY = "cache-bury";
    static final String OUTPUTS = "cache-outputs";
    static final String STATS = "cache-stats";
    private static final String ASKED = "asked";
    private static final String ANSWERED = "answered";

    private final Topics topics;
    private final CacheKeys keys;
    private final CacheMetrics metrics;
    private final IntFunction<CacheContext> tasks;

    /**
     * Returns the feature.
     *
     * @param topicIds makes lookups of a topic's id, which can block
     * @param similar the feature that answers similar questions, or none
     */
    public static Caching of(
            RouterConfig.Cache config,
            Topics topics,
            MeterRegistry registry,
            Function<String, Supplier<Uuid>> topicIds,
            SimilarAnswers... similar) {
        var metrics = new CacheMetrics(registry);
        SimilarAnswers semantic = Stream.of(similar).findFirst().orElse(SimilarAnswers.NONE);
        return new Caching(
                topics,
                CacheKeys.of(config),
                metrics,
                partitions ->
                        new CacheContext(
                                CacheLimits.of(config, partitions),
                                semantic,
                                partitions,
                                metrics,
                                topicIds.apply(topics.lookups()),
                                topicIds.apply(topics.answers())));
    }

    /**
     * @param tasks makes the collaborators of tasks, for a number of partitions
     */
    Caching(Topics topics, CacheKeys keys, CacheMetrics metrics, IntFunction<CacheContext> tasks) {
        this.topics = topics;
        this.keys = keys;
        this.metrics = metrics;
        this.tasks = tasks;
    }

    @Override
    public Set<FeatureOption> options() {
        return Set.of(FeatureOption.CACHE);
    }

    @Override
    public List<FeatureTopic> topics() {
        return List.of(
                new FeatureTopic(topics.lookups(), Use.AWAITED, null),
                new FeatureTopic(topics.answers(), Use.READ, null));
    }

    /** A cache key selects equally numbered partitions of both topics, which belong to one task. */
    @Override
    public void check(ToIntFunction<String> counts, KeyPartitions keyPartitions) {
        int lookups = keyPartitions.count(counts.applyAsInt(topics.lookups()));
        int answers = keyPartitions.count(counts.applyAsInt(topics.answers()));
        if (lookups != answers) {
            throw new RouterStartException(
                    topics.lookups()
                            + " has "
                            + lookups
                            + " partitions, and "
                            + topics.answers()
                            + " has "
                            + answers
                            + "; the router would not see the answers to its jobs. Stop all"
                            + " routers and workers, delete the empty one of both topics, and"
                            + " create it again with as many partitions as the other");
        }
    }

    @Override
    public Set<String> jobStores() {
        return Set.of(CacheStore.NAME);
    }

    @Override
    public PlanAddition planning(ServiceableModels models, ToIntFunction<Model> maxRecordBytes) {
        return new CachePlanning(keys, metrics::onBypass);
    }

    /** Sends a job with a cache key to the lookups topic. A refused job can get an answer only. */
    @Override
    public Optional<Forwarded> onRouting(
            PlannedJob job,
            Headers headers,
            String topic,
            Optional<Rejection> refusal,
            TopicLimits limits,
            long nowMillis) {
        String partitionKey = job.headers().cachePartitionKey();
        if (partitionKey == null) {
            return Optional.empty();
        }
        var lookup = new RecordHeaders(headers);
        MillraceHeaders.put(lookup, MillraceHeaders.JOB_TOPIC, topic);
        refusal.ifPresent(
                it -> {
                    lookup.remove(MillraceHeaders.RESERVED_USD);
                    lookup.remove(MillraceHeaders.ATTEMPT_USD);
                    lookup.remove(MillraceHeaders.ATTEMPT_TOKENS);
                    MillraceHeaders.put(lookup, MillraceHeaders.BUDGET_REFUSAL, it.message());
                });
        byte[] key = partitionKey.getBytes(UTF_8);
        if (OutgoingRecords.maxBytes(key, job.bytes(), lookup)
                > limits.maxRecordBytes(topics.lookups())) {
            if (refusal.isEmpty()) {
                metrics.onBypass();
            }
            return Optional.empty();
        }
        var routed = new RoutedJob(topics.lookups(), job.bytes());
        return Optional.of(new Forwarded(LOOKUPS, new Record<>(key, routed, nowMillis, lookup)));
    }

    /**
     * Adds the lookups of jobs, and the steps behind the lookups and answers topics. Their equally
     * numbered partitions belong to one task, since a cache key selects both.
     */
    @Override
    public void addTo(Topology topology, RouterContext router) {
        RouterTopics sinks = router.topics();
        topology.addSink(
                LOOKUPS,
                topics.lookups(),
                new ByteArraySerializer(),
                RouterTopics.JOB_BYTES,
                (StreamPartitioner<byte[], RoutedJob>)
                        (topic, key, job, found) ->
                                Optional.of(Set.of(sinks.keys().of(key, found))),
                StepNames.ROUTE);
        RouterTopics.addSource(
                topology, ASKED, new RequestTimestampExtractor(router.clock()), topics.lookups());
        RouterTopics.addSource(
                topology, ANSWERED, new PriorityTimestampExtractor(), topics.answers());
        CacheContext cache = tasks.apply(sinks.partitions(topics.lookups()));
        topology.addProcessor(CacheServices.STEP, () -> step(router, cache), ASKED, ANSWERED);
        topology.addStateStore(
                JobChangelog.store(CacheStore.NAME, sinks.jobSegmentBytes()), CacheServices.STEP);
        sinks.addJobs(topology, RELEASED, CacheServices.STEP);
        sinks.addDeadLetters(topology, router, BURY, OUTPUTS, CacheServices.STEP);
        sinks.addOutputs(topology, OUTPUTS, CacheServices.STEP, BURY);
        RouterTopics.addSink(topology, STATS, topics.control(), CacheServices.STEP);
    }

    private TaskStep step(RouterContext router, CacheContext cache) {
        return new TaskStep(router.backlog(), step -> new CacheStep(router, topics, cache, step));
    }
}
