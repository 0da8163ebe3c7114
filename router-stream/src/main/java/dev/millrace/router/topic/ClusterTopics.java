package dev.millrace.router.topic;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Lists the topics of a cluster that belong to the pipeline.
 *
 * @param prefix of the pipeline's topic names
 * @param others further topics, whose names need not begin with the prefix
 */
public record ClusterTopics(Admin admin, String prefix, Set<String> others)
        implements TopicDirectory {
    public ClusterTopics {
        others = Set.copyOf(others);
    }

    @Override
    public CompletionStage<Map<String, Topic>> list() {
        return admin.listTopics()
                .names()
                .toCompletionStage()
                .thenCompose(names -> describe(names.stream().filter(this::isOfPipeline).toList()));
    }

    private boolean isOfPipeline(String name) {
        return name.startsWith(prefix) || others.contains(name);
    }

    private CompletionStage<Map<String, Topic>> describe(List<String> names) {
        var described = admin.describeTopics(names).allTopicNames().toCompletionStage();
        var configs =
                admin.describeConfigs(
                                names.stream()
                                        .map(
                                                it ->
                                                        new ConfigResource(
                                                                ConfigResource.Type.TOPIC, it))
                                        .toList())
                        .all()
                        .toCompletionStage()
                        // Without the right DescribeConfigs the size limits are unknown.
                        .exceptionally(failure -> Map.of());
        return described.thenCombine(configs, ClusterTopics::topics);
    }

    private static Map<String, Topic> topics(
            Map<String, TopicDescription> described, Map<ConfigResource, Config> configs) {
        Map<String, Integer> limits = new HashMap<>();
        configs.forEach((topic, config) -> limits.put(topic.name(), maxBytes(config)));
        return described.values().stream()
                .collect(
                        Collectors.toUnmodifiableMap(
                                TopicDescription::name,
                                it ->
                                        new Topic(
                                                it.partitions().size(),
                                                limits.getOrDefault(
                                                        it.name(), Integer.MAX_VALUE))));
    }

    private static int maxBytes(Config config) {
        var entry = config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
        return entry == null || entry.value() == null
                ? Integer.MAX_VALUE
                : Integer.parseInt(entry.value());
    }
}
