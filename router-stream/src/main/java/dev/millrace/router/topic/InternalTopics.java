package dev.millrace.router.topic;

import dev.millrace.router.failure.RouterStartException;
import dev.millrace.router.waiting.JobChangelog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.errors.StreamsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares the router's changelogs and repartition topics. Kafka Streams creates these topics with
 * {@link #SETTINGS} but never changes an existing one, so every start of a router does.
 */
public final class InternalTopics {
    /**
     * Segment size of changelogs. A broker never compacts the active segment, so a changelog holds
     * at most one segment of this size, its live entries, and a third as many obsolete ones.
     */
    private static final int SEGMENT_BYTES = 16 << 20;

    private static final String MAX_DIRTY_RATIO = "0.25";

    /**
     * Time for which compaction keeps tombstones and transaction markers. A router writes up to a
     * hundred markers a second to each changelog. With Kafka's default of one day they take 600 MB.
     */
    private static final Duration MARKER_RETENTION = Duration.ofMinutes(10);

    /** Settings that bound the time to restore a store. */
    public static final Map<String, String> SETTINGS =
            Map.of(
                    TopicConfig.SEGMENT_BYTES_CONFIG,
                    Integer.toString(SEGMENT_BYTES),
                    TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
                    MAX_DIRTY_RATIO,
                    TopicConfig.DELETE_RETENTION_MS_CONFIG,
                    Long.toString(MARKER_RETENTION.toMillis()),
                    // An entry has the timestamp of the request or cost event that changed it,
                    // possibly weeks ago. A rejected entry would stop its partition for good.
                    TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
                    Long.toString(Long.MAX_VALUE));

    /** Settings that Streams gives its repartition topics; it deletes processed records itself. */
    private static final Map<String, String> REPARTITION_SETTINGS =
            Map.of(
                    TopicConfig.CLEANUP_POLICY_CONFIG,
                    TopicConfig.CLEANUP_POLICY_DELETE,
                    TopicConfig.RETENTION_MS_CONFIG,
                    "-1",
                    TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                    "CreateTime");

    private static final String CHANGELOG = "-changelog";

    private static final Logger LOG = LoggerFactory.getLogger(InternalTopics.class);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

    private InternalTopics() {}

    /**
     * Gives existing internal topics the settings of new ones. A failure is only logged: without
     * these settings the router works, but restoring its stores takes longer.
     *
     * @param existing names of all topics of the pipeline
     * @param streams the settings of Kafka Streams
     * @param jobStores names of the stores that hold whole jobs
     */
    public static void update(
            Admin admin,
            Collection<String> existing,
            Properties streams,
            Collection<String> jobStores) {
        var wanted = wanted(streams);
        var prefix = streams.getProperty(StreamsConfig.APPLICATION_ID_CONFIG) + "-";
        var topics =
                existing.stream()
                        .filter(it -> it.startsWith(prefix))
                        .filter(it -> it.endsWith(CHANGELOG) || it.endsWith("-repartition"))
                        .map(it -> new ConfigResource(ConfigResource.Type.TOPIC, it))
                        .toList();
        Set<String> jobChangelogs =
                jobStores.stream()
                        .map(it -> prefix + it + CHANGELOG)
                        .collect(Collectors.toUnmodifiableSet());
        var wantedOfJobs = new HashMap<>(wanted);
        wantedOfJobs.put(
                TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(jobSegmentBytes(streams)));
        wantedOfJobs.put(
                TopicConfig.DELETE_RETENTION_MS_CONFIG,
                Long.toString(JobChangelog.TOMBSTONE_RETENTION.toMillis()));
        try {
            var changes =
                    changes(
                            describe(admin, topics),
                            jobChangelogs,
                            topic -> jobChangelogs.contains(topic) ? wantedOfJobs : wanted);
            if (!changes.isEmpty()) {
                var _ =
                        admin.incrementalAlterConfigs(changes)
                                .all()
                                .get(REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
                LOG.atInfo()
                        .addKeyValue("topics", names(changes.keySet()))
                        .log("Changed the settings of internal topics");
            }
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn()
                    .addKeyValue("topics", names(topics))
                    .addKeyValue("settings", wanted)
                    .addKeyValue("problem", String.valueOf(e.getMessage()))
                    .log("Cannot check or change the settings of internal topics");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RouterStartException("The start was interrupted", e);
        }
    }

    /**
     * Creates a repartition topic with one partition if it does not exist. Streams would create it
     * during its first rebalance, and rebalance again because a topic that it reads has changed. A
     * failure is ignored: Streams then creates the topic, or reports why it cannot.
     *
     * @param existing names of all topics of the pipeline
     * @param streams the settings of Kafka Streams
     * @param name name of the repartition operator
     */
    public static void createRepartitionTopic(
            Admin admin, Collection<String> existing, Properties streams, String name) {
        var config = new StreamsConfig(streams);
        String topic =
                config.getString(StreamsConfig.APPLICATION_ID_CONFIG) + "-" + name + "-repartition";
        if (existing.contains(topic)) {
            return;
        }
        Map<String, String> settings = new HashMap<>(REPARTITION_SETTINGS);
        config.originalsWithPrefix(StreamsConfig.TOPIC_PREFIX)
                .forEach((key, value) -> settings.put(key, String.valueOf(value)));
        short replicas = config.getInt(StreamsConfig.REPLICATION_FACTOR_CONFIG).shortValue();
        try {
            var _ =
                    admin.createTopics(List.of(new NewTopic(topic, 1, replicas).configs(settings)))
                            .all()
                            .get(REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.atDebug()
                    .addKeyValue("topic", topic)
                    .addKeyValue("problem", String.valueOf(e.getMessage()))
                    .log("Streams has to create a repartition topic");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RouterStartException("The start was interrupted", e);
        }
    }

    /**
     * Adds partitions to changelogs, so that each has one for each task. Partitions that were added
     * to a topic that the router reads make new tasks, without which Streams works no longer. A
     * task writes to the partition with its number, so the entries of other tasks stay in place. A
     * failure is only logged: Streams then reports the changelog.
     */
    public static void grow(
            Admin admin,
            TopicAvailability topics,
            TopologyDescription topology,
            String application) {
        var grown = new TreeMap<String, NewPartitions>();
        for (var part : topology.subtopologies()) {
            int tasks = topics.maxPartitions(sources(part));
            for (var node : part.nodes()) {
                if (node instanceof TopologyDescription.Processor step) {
                    step.stores().stream()
                            .map(it -> application + "-" + it + CHANGELOG)
                            .filter(topics.names()::contains)
                            .filter(it -> topics.partitions(it) < tasks)
                            .forEach(it -> grown.put(it, NewPartitions.increaseTo(tasks)));
                }
            }
        }
        if (grown.isEmpty()) {
            return;
        }
        try {
            var _ =
                    admin.createPartitions(grown)
                            .all()
                            .get(REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            LOG.atWarn()
                    .addKeyValue("topics", grown.keySet())
                    .log(
                            "Partitions were added to a topic that the router reads; its changelogs"
                                    + " got partitions, too");
        } catch (ExecutionException | TimeoutException e) {
            LOG.atError()
                    .addKeyValue("topics", grown.keySet())
                    .addKeyValue("problem", String.valueOf(e.getMessage()))
                    .log("Cannot add partitions to changelogs");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Set<String> sources(TopologyDescription.Subtopology part) {
        return part.nodes().stream()
                .filter(TopologyDescription.Source.class::isInstance)
                .flatMap(it -> ((TopologyDescription.Source) it).topicSet().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Returns true if a stream thread died because a changelog has too few partitions. Only the
     * message of the exception tells.
     */
    public static boolean haveTooFewPartitions(Throwable failure) {
        return failure instanceof StreamsException
                && String.valueOf(failure.getMessage())
                        .contains("has invalid partitions: expected");
    }

    /** Returns the settings of new internal topics, which the configuration may override. */
    private static Map<String, String> wanted(Properties streams) {
        Map<String, String> wanted = new HashMap<>();
        SETTINGS.keySet().forEach(key -> wanted.put(key, setting(streams, key)));
        // Some stores hold jobs and results, whose size limits can have been raised.
        wanted.put(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                setting(streams, TopicConfig.MAX_MESSAGE_BYTES_CONFIG));
        return wanted;
    }

    private static String setting(Properties streams, String key) {
        return String.valueOf(streams.get(StreamsConfig.topicPrefix(key)));
    }

    /**
     * Returns the segment size of the changelogs of stores that hold whole jobs. A broker rejects a
     * record that is longer than a segment.
     *
     * @param streams the settings of Kafka Streams
     */
    public static int jobSegmentBytes(Properties streams) {
        long record = Long.parseLong(setting(streams, TopicConfig.MAX_MESSAGE_BYTES_CONFIG));
        long usual = Long.parseLong(setting(streams, TopicConfig.SEGMENT_BYTES_CONFIG));
        return (int) Math.clamp(2 * record, usual, Integer.MAX_VALUE);
    }

    private static Map<ConfigResource, Config> describe(Admin admin, List<ConfigResource> topics)
            throws InterruptedException, ExecutionException, TimeoutException {
        return topics.isEmpty()
                ? Map.of()
                : admin.describeConfigs(topics)
                        .all()
                        .get(REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    static Map<ConfigResource, Collection<AlterConfigOp>> changes(
            Map<ConfigResource, Config> found,
            Set<String> jobChangelogs,
            Function<String, Map<String, String>> wanted) {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        found.forEach(
                (topic, config) ->
                        wanted.apply(topic.name())
                                .forEach(
                                        (key, value) -> {
                                            ConfigEntry entry = config.get(key);
                                            if (entry == null
                                                    || isChange(
                                                            entry,
                                                            value,
                                                            jobChangelogs.contains(topic.name()))) {
                                                changes.computeIfAbsent(
                                                                topic, _ -> new ArrayList<>())
                                                        .add(set(key, value));
                                            }
                                        }));
        return changes;
    }

    /**
     * Compares a setting with the wanted value. Sizes of records are never lowered: the store can
     * hold longer records of a router with higher limits, and could not change them any more.
     */
    private static boolean isChange(ConfigEntry found, String wanted, boolean holdsJobs) {
        boolean isRecordSize =
                found.name().equals(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
                        || (found.name().equals(TopicConfig.SEGMENT_BYTES_CONFIG) && holdsJobs);
        return isRecordSize
                ? Long.parseLong(wanted) > Long.parseLong(found.value())
                : !wanted.equals(found.value());
    }

    private static AlterConfigOp set(String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
    }

    private static List<String> names(Collection<ConfigResource> topics) {
        return topics.stream().map(ConfigResource::name).sorted().toList();
    }
}
