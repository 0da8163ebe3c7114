package dev.millrace.router;

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
 * Asks a cluster for the topics with a prefix and some others.
 *
 * @param others whose names need not begin with the prefix
 */
record ClusterTopics(Admin admin, String prefix, Set<String> others) implements TopicDirectory {
    ClusterTopics {
        others = Set.copyOf(others);
    }

    @Override
    public CompletionStage<Map<String, Topic>> look() {
        return admin.listTopics()
                .names()
                .toCompletionStage()
                .thenCompose(names -> describe(names.stream().filter(this::isOurs).toList()));
    }

    private boolean isOurs(String name) {
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
                        // Whoever may not read settings goes without the limits.
                        .exceptionally(failure -> Map.of());
        return described.thenCombine(configs, ClusterTopics::together);
    }

    private static Map<String, Topic> together(
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
