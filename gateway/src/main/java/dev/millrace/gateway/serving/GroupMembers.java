package dev.millrace.gateway.serving;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * The members of a consumer group.
 *
 * @param clients client ids of the members
 * @param isRebalancing true while Kafka distributes partitions among the members
 * @param partitions the partitions that members read, by topic
 */
public record GroupMembers(
        List<String> clients, boolean isRebalancing, Map<String, Set<Integer>> partitions) {
    /** A group without members. */
    public static final GroupMembers NONE = new GroupMembers(List.of(), false, Map.of());

    public GroupMembers {
        clients = List.copyOf(clients);
        partitions = Map.copyOf(partitions);
    }

    /** Asks for the members of a group. A group that does not exist has none. */
    public static CompletableFuture<GroupMembers> read(Admin admin, String group) {
        return Objects.requireNonNull(
                        admin.describeConsumerGroups(List.of(group)).describedGroups().get(group))
                .toCompletionStage()
                .handle(GroupMembers::of)
                .toCompletableFuture();
    }

    private static GroupMembers of(ConsumerGroupDescription group, @Nullable Throwable failure) {
        if (failure instanceof GroupIdNotFoundException) {
            return NONE;
        }
        if (failure != null) {
            throw new CompletionException(failure);
        }
        return of(group);
    }

    private static GroupMembers of(ConsumerGroupDescription group) {
        boolean isRebalancing =
                switch (group.groupState()) {
                    case STABLE, EMPTY, DEAD -> false;
                    case PREPARING_REBALANCE,
                            COMPLETING_REBALANCE,
                            ASSIGNING,
                            RECONCILING,
                            NOT_READY,
                            UNKNOWN ->
                            true;
                };
        return new GroupMembers(
                group.members().stream().map(MemberDescription::clientId).toList(),
                isRebalancing,
                group.members().stream()
                        .flatMap(it -> it.assignment().topicPartitions().stream())
                        .collect(
                                groupingBy(
                                        TopicPartition::topic,
                                        mapping(TopicPartition::partition, toSet()))));
    }

    /** Returns the partitions of a topic that members read. */
    public Set<Integer> partitions(String topic) {
        return partitions.getOrDefault(topic, Set.of());
    }

    /** Returns true if a member reads a partition of the topic. */
    public boolean reads(String topic) {
        return partitions.containsKey(topic);
    }
}
