package dev.millrace.configuration;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.TopicSpec;
import dev.millrace.contracts.topic.TopicSpec.Growth;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.yaml.problem.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Derives the specifications of all topics from a configuration. */
public final class TopicPlan {
    private static final String UNLIMITED = "-1";
    private static final Duration LEASE_RETENTION = Duration.ofHours(1);
    private static final Duration LEASE_SEGMENT = Duration.ofMinutes(10);
    private static final Duration CHUNK_RETENTION = Duration.ofMinutes(10);
    private static final Duration CHUNK_SEGMENT = Duration.ofMinutes(5);

    /** Time for which the deletion of a document is kept after compaction. */
    public static final Duration DELETION_RETENTION = Duration.ofDays(7);

    private static final int REPLICAS_FOR_TWO_IN_SYNC = 3;

    /**
     * Kafka deletes only whole segments, and never the active one. Requests and jobs are deleted
     * when they are done, and chunks soon, so their segments are small.
     */
    private static final int SMALL_SEGMENT_BYTES = 64 << 20;

    /**
     * Each service reads the whole control topic at its start, and a broker never compacts the
     * active segment.
     */
    private static final int COMPACTED_SEGMENT_BYTES = 16 << 20;

    private static final String OWN_TOPIC =
            "must have another name: by topics.prefix, the pipeline has this topic for itself";

    private final TopicsConfig config;
    private final Topics names;
    private final RecordSizes sizes;
    private final List<TopicSpec> topics = new ArrayList<>();

    /** Keys of the configuration by the topic names that they determine, with _ for each dot. */
    private final Map<String, String> owners = new HashMap<>();

    /** Names of the topics, with _ for each dot. */
    private final Set<String> added = new HashSet<>();

    private TopicPlan(TopicsConfig config) {
        this.config = config;
        names = new Topics(config.prefix());
        sizes = RecordSizes.of(config);
    }

    /**
     * Returns the topics that the models in service need, requests first.
     *
     * @throws Violation if two models would share a topic, or a request topic is also another one
     */
    public static List<TopicSpec> of(MillraceConfig config) {
        var plan = new TopicPlan(config.topics());
        config.requestTopics().keySet().forEach(plan::addRequests);
        plan.addOutputs();
        plan.addCache();
        plan.addParts();
        plan.addBudgets();
        plan.addRetrieval(config.retrieval());
        plan.addChunks();
        plan.addJobs(config.modelsInService(), EnumSet.allOf(Lane.class));
        return List.copyOf(plan.topics);
    }

    /**
     * Returns the topics of the plan that are not needed before the first job of their lane, by
     * name.
     *
     * @throws Violation if two models would share a topic
     */
    public static Map<String, TopicSpec> onDemand(MillraceConfig config) {
        var plan = new TopicPlan(config.topics());
        plan.addJobs(
                config.modelsInService(),
                Arrays.stream(Lane.values())
                        .filter(Lane::isOnDemand)
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Lane.class))));
        return plan.topics.stream()
                .collect(Collectors.toUnmodifiableMap(TopicSpec::name, Function.identity()));
    }

    private void addRequests(String topic) {
        String key = "request_topics." + topic;
        Violation.require(!names.isJobTopic(topic) && !isInternal(topic), key, OWN_TOPIC);
        requireUnlikeOthers(key, topic);
        add(
                topic,
                config.partitions(),
                datedByBrokers(unlimitedRetention(sizes.request())),
                Growth.ACCEPTED);
    }

    /** Returns true for the names that Kafka Streams gives to topics of the router. */
    private boolean isInternal(String topic) {
        return topic.startsWith(names.routerGroup() + "-")
                && (topic.endsWith("-changelog") || topic.endsWith("-repartition"));
    }

    private void addOutputs() {
        String retention = Long.toString(config.retention().toMillis());
        add(names.results(), configs(sizes.result(), retention), Growth.KEYED);
        addOutput(names.costs(), configs(sizes.request(), retention));
        addOutput(names.deadLetters(), configs(sizes.deadLetter(), retention));
        add(names.batches(), 1, manifests(retention), Growth.ACCEPTED);
        add(names.control(), 1, datedByBrokers(compacted()), Growth.ACCEPTED);
        add(
                names.submissions(),
                Math.ceilDiv(config.partitions(), 2),
                datedByBrokers(compacted()),
                Growth.ADDED);
        add(names.quota(), 1, leases(), Growth.ACCEPTED);
    }

    /**
     * Adds the topics of the answer cache. The router finds a lookup and its answer in partitions
     * with equal numbers, so both topics have equally many partitions. The router deletes records
     * once it has read them.
     */
    private void addCache() {
        add(names.lookups(), unlimitedRetention(sizes.job()), Growth.KEYED);
        add(names.answers(), unlimitedRetention(sizes.result()), Growth.KEYED);
    }

    /**
     * Adds the topic for the ends of parts. The end of a part has the partition number of the
     * parent job's request. The router deletes records once it has read them.
     */
    private void addParts() {
        addOutput(names.parts(), unlimitedRetention(sizes.result()));
    }

    /**
     * Adds the topics of retrieval. A job waits for its passages in the partition number of its
     * request, in both topics. The retrieval service and the router delete records once they have
     * read them. An index is rebuilt if it was not updated for as long as deletions are kept.
     *
     * <p>The vectors of a document have its partition number, so both topics have equally many
     * partitions.
     */
    private void addRetrieval(RetrievalConfig retrieval) {
        addOutput(names.retrievals(), unlimitedRetention(sizes.job()));
        addOutput(names.retrieved(), unlimitedRetention(sizes.job()));
        var configs = new HashMap<>(configs(sizes.request(), UNLIMITED));
        configs.put("cleanup.policy", "compact");
        configs.put("segment.bytes", Integer.toString(SMALL_SEGMENT_BYTES));
        configs.put("delete.retention.ms", Long.toString(DELETION_RETENTION.toMillis()));
        int partitions = config.documentPartitions().planned();
        add(names.documents(), partitions, configs, Growth.ACCEPTED);
        if (retrieval.model().isPresent()) {
            add(names.vectors(), partitions, configs, Growth.ACCEPTED);
        }
    }

    /**
     * Adds the topics of budgets. One task owns all budgets, so there is one partition of reports.
     * A grant is in the partition with the number of its request partition. The router deletes
     * records once it has read them.
     */
    private void addBudgets() {
        var configs = acceptingOldTimestamps(unlimitedRetention(sizes.request()));
        add(names.budgetReports(), 1, configs, Growth.ACCEPTED);
        add(names.budgetGrants(), config.partitions(), configs, Growth.ACCEPTED);
    }

    /**
     * Adds the topic of chunks, which matter only while their call runs; a later reader reads the
     * result. The topic has as many partitions as the results topic, so that a job's chunks and
     * result are in partitions with equal numbers.
     */
    private void addChunks() {
        var configs = configs(RecordSizes.chunk(), Long.toString(CHUNK_RETENTION.toMillis()));
        configs.put("segment.ms", Long.toString(CHUNK_SEGMENT.toMillis()));
        configs.put("segment.bytes", Integer.toString(SMALL_SEGMENT_BYTES));
        add(names.chunks(), config.partitions(), configs, Growth.KEYED);
    }

    private static Map<String, String> compacted() {
        var configs = new HashMap<String, String>();
        configs.put("cleanup.policy", "compact");
        configs.put("segment.bytes", Integer.toString(COMPACTED_SEGMENT_BYTES));
        return configs;
    }

    /**
     * Returns the settings of the topic of manifests. The brokers' clock dates them, because the
     * first of two retries of a batch wins.
     */
    private Map<String, String> manifests(String retention) {
        return datedByBrokers(configs(sizes.request(), retention));
    }

    /**
     * Returns the settings of the quota topic. Its records matter for at most the duration of a
     * call. The brokers' clock dates them, so that readers know their age.
     */
    private static Map<String, String> leases() {
        var configs = new HashMap<String, String>();
        configs.put("cleanup.policy", "delete");
        configs.put("retention.ms", Long.toString(LEASE_RETENTION.toMillis()));
        configs.put("segment.ms", Long.toString(LEASE_SEGMENT.toMillis()));
        return datedByBrokers(configs);
    }

    /**
     * Adds the setting by which brokers date records. The clocks of clients differ, so a command
     * would miss requests that were submitted before it, or apply to later ones.
     */
    private static Map<String, String> datedByBrokers(Map<String, String> configs) {
        configs.put("message.timestamp.type", "LogAppendTime");
        return configs;
    }

    private void addOutput(String topic, Map<String, String> configs) {
        add(topic, configs, Growth.ACCEPTED);
    }

    private void add(String topic, Map<String, String> configs, Growth growth) {
        add(topic, config.partitions(), acceptingOldTimestamps(configs), growth);
    }

    private void addJobs(List<Model> models, Set<Lane> lanes) {
        for (Model model : models) {
            for (Lane lane : lanes) {
                String key = "models." + model.name();
                addJobs(key, jobTopic(key, model, lane), lane);
            }
        }
    }

    private String jobTopic(String key, Model model, Lane lane) {
        try {
            return names.jobs(model.name(), lane);
        } catch (IllegalArgumentException e) {
            throw new Violation(key, "must be shorter: " + e.getMessage());
        }
    }

    /**
     * Returns the number of partitions of a lane. Few jobs are critical, high or low, and each
     * partition takes time at the start of a broker and of a worker.
     */
    private int partitions(Lane lane) {
        return switch (lane) {
            case NORMAL, BULK -> config.partitions();
            case EXPRESS, CRITICAL, HIGH, LOW -> Math.ceilDiv(config.partitions(), 2);
        };
    }

    private void addJobs(String key, String topic, Lane lane) {
        requireUnlikeOthers(key, topic);
        var configs = acceptingOldTimestamps(unlimitedRetention(sizes.job()));
        add(
                topic,
                partitions(lane),
                // Gateways write these jobs, instead of requests.
                lane == Lane.EXPRESS ? datedByBrokers(configs) : configs,
                Growth.ADDED);
    }

    /**
     * Requires a topic that Kafka accepts beside the earlier topics: it refuses names that differ
     * only in dots and underscores, which are equal in its metrics.
     *
     * @param key of the configuration, which determines the name
     */
    private void requireUnlikeOthers(String key, String topic) {
        String other = owners.putIfAbsent(topic.replace('.', '_'), key);
        Violation.require(
                other == null || other.equals(key),
                key,
                "must have another name than "
                        + other
                        + ": both would have the topic "
                        + topic
                        + ", since a special character becomes _ and Kafka takes . for _; for a model, upstream_model keeps the name that its provider knows");
    }

    /**
     * Adds the setting that accepts old records. The router writes each record with the timestamp
     * of its request, which can have waited for weeks. A broker that rejects old records would
     * reject such a record on every attempt.
     */
    private static Map<String, String> acceptingOldTimestamps(Map<String, String> configs) {
        configs.put("message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE));
        return configs;
    }

    private static Map<String, String> unlimitedRetention(int bytes) {
        var configs = configs(bytes, UNLIMITED);
        configs.put(
                "segment.bytes",
                Long.toString(Math.clamp(2L * bytes, SMALL_SEGMENT_BYTES, Integer.MAX_VALUE)));
        return configs;
    }

    private static Map<String, String> configs(int bytes, String retention) {
        var configs = new HashMap<String, String>();
        configs.put("max.message.bytes", Integer.toString(bytes));
        configs.put("retention.ms", retention);
        configs.put("cleanup.policy", "delete");
        return configs;
    }

    private void add(String name, int partitions, Map<String, String> configs, Growth growth) {
        String unified = name.replace('.', '_');
        String other = added.add(unified) ? null : owners.get(unified);
        if (other != null) {
            throw new Violation(other, OWN_TOPIC);
        }
        topics.add(
                new TopicSpec(
                        name,
                        partitions,
                        (short) config.replicationFactor(),
                        withReplicas(configs),
                        growth));
    }

    private Map<String, String> withReplicas(Map<String, String> configs) {
        if (config.replicationFactor() >= REPLICAS_FOR_TWO_IN_SYNC) {
            configs.put("min.insync.replicas", "2");
        }
        return configs;
    }
}
