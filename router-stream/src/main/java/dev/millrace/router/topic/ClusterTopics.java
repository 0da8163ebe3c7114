package dev.millrace.router.topic;

import dev.millrace.contracts.topic.TopicSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Lists the topics of a cluster that belong to the pipeline, and creates topics of lanes.
 *
 * @param prefix of the pipeline's topic names
 * @param others further topics, whose names need not begin with the prefix
 */
public record ClusterTopics(Admin admin, String prefix, Set<String> others)
        implements TopicDirectory, LanesOnDemand.TopicCreator {
    public ClusterTopics {
        others = Set.copyOf(others);
    }

    @Override
    public CompletionStage<Listing> list(Set<String> known) {
        return admin.listTopics()
                .names()
                .toCompletionStage()
                .thenCompose(
                        names ->
                                describe(names.stream().filter(this::isOfPipeline).toList())
                                        .thenCombine(
                                                refused(
                                                        known.stream()
                                                                .filter(it -> !names.contains(it))
                                                                .toList()),
                                                Listing::new));
    }

    /**
     * Returns the given topics that are not deleted. Brokers do not list a topic that the user must
     * not describe, but report the reason when asked for the topic by name.
     */
    private CompletionStage<Set<String>> refused(List<String> unlisted) {
        CompletionStage<Set<String>> refused = CompletableFuture.completedStage(Set.of());
        for (var topic : admin.describeTopics(unlisted).topicNameValues().entrySet()) {
            CompletionStage<Boolean> isDeleted =
                    topic.getValue().toCompletionStage().handle((_, failure) -> isDeleted(failure));
            refused =
                    refused.thenCombine(
                            isDeleted,
                            (names, deleted) -> deleted ? names : with(names, topic.getKey()));
        }
        return refused;
    }

    /** Fails if the cluster does not answer, so that the listing is repeated. */
    private static boolean isDeleted(@Nullable Throwable failure) {
        if (failure == null) {
            return false;
        }
        Throwable cause = Objects.requireNonNullElse(failure.getCause(), failure);
        return switch (cause) {
            case TopicAuthorizationException _ -> false;
            case UnknownTopicOrPartitionException _ -> true;
            default -> throw new CompletionException(cause);
        };
    }

    private static Set<String> with(Set<String> names, String name) {
        var more = new HashSet<>(names);
        more.add(name);
        return more;
    }

    /**
     * {@inheritDoc}
     *
     * <p>A new topic can be used when the leader of each partition answers. A client that used it
     * earlier would wait for its back-offs.
     */
    @Override
    public CompletionStage<Void> create(TopicSpec topic) {
        var created =
                new NewTopic(topic.name(), topic.partitions(), topic.replicationFactor())
                        .configs(topic.configs());
        return admin.createTopics(List.of(created))
                .all()
                .toCompletionStage()
                .thenCompose(_ -> admin.listOffsets(ends(topic)).all().toCompletionStage())
                .handle(
                        (_, failure) -> {
                            if (failure != null && !isOfExistingTopic(failure)) {
                                throw new CompletionException(failure);
                            }
                            return null;
                        });
    }

    private static boolean isOfExistingTopic(Throwable failure) {
        return failure instanceof TopicExistsException
                || failure.getCause() instanceof TopicExistsException;
    }

    private static Map<TopicPartition, OffsetSpec> ends(TopicSpec topic) {
        return IntStream.range(0, topic.partitions())
                .boxed()
                .collect(
                        Collectors.toUnmodifiableMap(
                                partition -> new TopicPartition(topic.name(), partition),
                                _ -> OffsetSpec.latest()));
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
                        // The size limits are unknown without the right DescribeConfigs.
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
