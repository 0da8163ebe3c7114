package dev.millrace.standalone.pipeline;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.TopicPlan;
import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.topic.TopicSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices the partitions that others add to topics while services run, and reports them in health.
 * The services need no notice: records with keys stay in the planned partitions. Ticks on one
 * thread; never blocks.
 */
final class AddedPartitions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AddedPartitions.class);

    /** Short, so that health names the topic before the router waits for its added partitions. */
    private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

    /** Parts that read and write no topics. */
    private static final Set<String> WITHOUT_TOPICS =
            Set.of(PipelinePart.BROKER.word(), PipelinePart.SIMULATOR.word());

    private final Map<String, Integer> planned;
    private final Counts counts;
    private final LongSupplier nanoTicker;
    private final AtomicBoolean isLooking = new AtomicBoolean();
    private long lookedNanos;

    /** Topics with added partitions; empty for none. */
    private volatile String found = "";

    /** Reads numbers of partitions. */
    interface Counts extends AutoCloseable {
        /** Returns the number of partitions of each topic that exists and may be described. */
        CompletionStage<Map<String, Integer>> of(Set<String> topics);

        @Override
        void close();
    }

    /**
     * @param plan topics of the pipeline. Topics that get more partitions are not watched
     * @param counts closed with this object
     */
    AddedPartitions(List<TopicSpec> plan, Counts counts, LongSupplier nanoTicker) {
        planned =
                plan.stream()
                        .filter(it -> it.growth() != TopicSpec.Growth.ADDED)
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        TopicSpec::name, TopicSpec::partitions));
        this.counts = counts;
        this.nanoTicker = nanoTicker;
        lookedNanos = nanoTicker.getAsLong() - INTERVAL_NANOS;
    }

    /** Watches the topics of a pipeline whose cluster is known. */
    static AddedPartitions watch(MillraceConfig config, LongSupplier nanoTicker) {
        var client = KafkaClient.ADMIN.properties(config.kafka().orElseThrow().properties());
        return new AddedPartitions(
                TopicPlan.of(config), new ClusterCounts(Admin.create(client)), nanoTicker);
    }

    /** The counts of a cluster. Asks only for listed topics, so that no missing right is logged. */
    private static final class ClusterCounts implements Counts {
        /** A list of all topics of a large cluster costs more than a description of these. */
        private static final int LOOKS_PER_LIST = 30;

        private final Admin admin;
        private CompletionStage<Set<String>> listed = CompletableFuture.completedStage(Set.of());
        private int looks;

        ClusterCounts(Admin admin) {
            this.admin = admin;
        }

        @Override
        public CompletionStage<Map<String, Integer>> of(Set<String> topics) {
            if (looks++ % LOOKS_PER_LIST == 0) {
                listed = admin.listTopics().names().toCompletionStage();
            }
            return listed.thenCompose(
                            names ->
                                    admin.describeTopics(
                                                    names.stream()
                                                            .filter(topics::contains)
                                                            .toList())
                                            .allTopicNames()
                                            .toCompletionStage())
                    .thenApply(
                            described -> {
                                var found = new TreeMap<String, Integer>();
                                described.forEach(
                                        (name, it) -> found.put(name, it.partitions().size()));
                                return found;
                            });
        }

        @Override
        public void close() {
            admin.close(Duration.ZERO);
        }
    }

    /** Starts to read the counts if they are due. */
    void onTick() {
        long now = nanoTicker.getAsLong();
        if (now - lookedNanos >= INTERVAL_NANOS && isLooking.compareAndSet(false, true)) {
            lookedNanos = now;
            var _ = counts.of(planned.keySet()).whenComplete(this::onCounts);
        }
    }

    /** The counts stay as they were while the cluster does not answer. */
    private void onCounts(Map<String, Integer> present, Throwable failure) {
        if (failure == null) {
            String now =
                    new TreeMap<>(present)
                            .entrySet().stream()
                                    .filter(it -> it.getValue() > plannedOf(it.getKey()))
                                    .map(
                                            it ->
                                                    "%s has %d partitions instead of %d"
                                                            .formatted(
                                                                    it.getKey(),
                                                                    it.getValue(),
                                                                    plannedOf(it.getKey())))
                                    .collect(Collectors.joining(", "));
            if (!now.equals(found) && !now.isEmpty()) {
                LOG.atWarn().log(text(now));
            }
            found = now;
        }
        isLooking.set(false);
    }

    private int plannedOf(String topic) {
        return planned.getOrDefault(topic, Integer.MAX_VALUE);
    }

    private static String text(String found) {
        return found
                + "; records with keys stay in the planned ones. Leave topics.partitions as it is";
    }

    /** Returns the health of services with the topics that have added partitions. */
    Map<String, Health> addTo(Map<String, Health> services) {
        String present = found;
        if (present.isEmpty()) {
            return services;
        }
        var all = new LinkedHashMap<>(services);
        all.replaceAll(
                (name, health) ->
                        WITHOUT_TOPICS.contains(name) ? health : health.withNote(text(present)));
        return all;
    }

    @Override
    public void close() {
        counts.close();
    }
}
