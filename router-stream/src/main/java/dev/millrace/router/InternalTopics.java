package dev.millrace.router;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changelogs and repartition topics of a router. Kafka Streams creates them with {@link
 * #SETTINGS} and never changes an existing one, so each start of a router does.
 */
final class InternalTopics {
    /**
     * A broker never compacts the segment that it writes to. A changelog holds at most one segment
     * of this size, plus its live entries, plus a third as many dead ones.
     */
    private static final int SEGMENT_BYTES = 16 << 20;

    private static final String MAX_DIRTY_PART = "0.25";

    /**
     * How long compaction keeps deletions and the end markers of transactions. A router writes up
     * to a hundred markers a second to each changelog: a day of them, Kafka's default, is 600 MB.
     */
    private static final Duration MARKERS_KEPT = Duration.ofMinutes(10);

    /** Bound the time that a successor needs to restore a store. */
    static final Map<String, String> SETTINGS =
            Map.of(
                    TopicConfig.SEGMENT_BYTES_CONFIG,
                    Integer.toString(SEGMENT_BYTES),
                    TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
                    MAX_DIRTY_PART,
                    TopicConfig.DELETE_RETENTION_MS_CONFIG,
                    Long.toString(MARKERS_KEPT.toMillis()),
                    // Entries have the time of the request or the end that changed them, which may
                    // have waited for weeks. A refused entry would stop its partition for ever.
                    TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
                    Long.toString(Long.MAX_VALUE));

    private static final Logger LOG = LoggerFactory.getLogger(InternalTopics.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private InternalTopics() {}

    /**
     * Gives existing topics the settings that a new one would get. What the cluster refuses is
     * logged: the router works without, and only its successor starts later.
     *
     * @param existing names of topics of the cluster
     * @param streams the settings of Kafka Streams
     */
    static void update(Admin admin, Collection<String> existing, Properties streams) {
        var wanted = wanted(streams);
        var prefix = streams.getProperty(StreamsConfig.APPLICATION_ID_CONFIG) + "-";
        var topics =
                existing.stream()
                        .filter(it -> it.startsWith(prefix))
                        .filter(it -> it.endsWith("-changelog") || it.endsWith("-repartition"))
                        .map(it -> new ConfigResource(ConfigResource.Type.TOPIC, it))
                        .toList();
        try {
            var steps = steps(describe(admin, topics), wanted);
            if (!steps.isEmpty()) {
                var _ =
                        admin.incrementalAlterConfigs(steps)
                                .all()
                                .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                LOG.atInfo()
                        .addKeyValue("topics", names(steps.keySet()))
                        .log("Changed the settings of internal topics");
            }
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn()
                    .addKeyValue("topics", names(topics))
                    .addKeyValue("settings", wanted)
                    .addKeyValue("problem", String.valueOf(e.getMessage()))
                    .log("The settings of internal topics could not be checked or changed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RouterStartException("The start was interrupted", e);
        }
    }

    /** The configuration file may give a setting another value. */
    private static Map<String, String> wanted(Properties streams) {
        Map<String, String> wanted = new HashMap<>();
        SETTINGS.keySet()
                .forEach(
                        key ->
                                wanted.put(
                                        key,
                                        String.valueOf(
                                                streams.get(StreamsConfig.topicPrefix(key)))));
        return wanted;
    }

    private static Map<ConfigResource, Config> describe(Admin admin, List<ConfigResource> topics)
            throws InterruptedException, ExecutionException, TimeoutException {
        return topics.isEmpty()
                ? Map.of()
                : admin.describeConfigs(topics)
                        .all()
                        .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    static Map<ConfigResource, Collection<AlterConfigOp>> steps(
            Map<ConfigResource, Config> found, Map<String, String> wanted) {
        Map<ConfigResource, Collection<AlterConfigOp>> steps = new HashMap<>();
        found.forEach(
                (topic, config) ->
                        wanted.forEach(
                                (key, value) -> {
                                    ConfigEntry entry = config.get(key);
                                    if (entry == null || !value.equals(entry.value())) {
                                        steps.computeIfAbsent(topic, _ -> new ArrayList<>())
                                                .add(set(key, value));
                                    }
                                }));
        return steps;
    }

    private static AlterConfigOp set(String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
    }

    private static List<String> names(Collection<ConfigResource> topics) {
        return topics.stream().map(ConfigResource::name).sorted().toList();
    }
}
