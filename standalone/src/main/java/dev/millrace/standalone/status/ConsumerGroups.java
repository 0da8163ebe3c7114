package dev.millrace.standalone.status;

import dev.millrace.standalone.cluster.KafkaFutures;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Reads the members and offsets of the consumer groups of routers and workers. */
final class ConsumerGroups {
    /**
     * Separates the name of the router from the name of the thread in a Kafka Streams client id.
     */
    private static final String THREAD_SEPARATOR = "-StreamThread-";

    private final Admin admin;
    private final String prefix;

    /**
     * Creates a reader.
     *
     * @param prefix prefix of the pipeline's topic and group names
     */
    ConsumerGroups(Admin admin, String prefix) {
        this.admin = admin;
        this.prefix = prefix;
    }

    String routerGroup() {
        return prefix + "router";
    }

    private String workerGroup() {
        return prefix + "worker";
    }

    /** Returns the number of router processes; each thread of a process is a group member. */
    int routers() {
        return (int)
                members(routerGroup()).stream()
                        .map(MemberDescription::clientId)
                        .map(client -> client.split(THREAD_SEPARATOR, 2)[0])
                        .distinct()
                        .count();
    }

    int workers() {
        return members(workerGroup()).size();
    }

    /** Returns the job topics with at least one partition assigned to a worker. */
    Set<String> servedTopics() {
        return members(workerGroup()).stream()
                .flatMap(it -> it.assignment().topicPartitions().stream())
                .map(TopicPartition::topic)
                .collect(Collectors.toSet());
    }

    private Collection<MemberDescription> members(String group) {
        var future = admin.describeConsumerGroups(List.of(group)).describedGroups().get(group);
        return KafkaFutures.getIfExists(
                        "Describing the group " + group, Objects.requireNonNull(future))
                .<Collection<MemberDescription>>map(it -> it.members())
                .orElse(List.of());
    }

    /** Returns the workers' committed offsets; partitions without a commit are missing. */
    Map<TopicPartition, OffsetAndMetadata> committedByWorkers() {
        return KafkaFutures.getIfExists(
                        "Reading the offsets of " + workerGroup(),
                        admin.listConsumerGroupOffsets(workerGroup())
                                .partitionsToOffsetAndMetadata())
                .orElse(Map.of());
    }
}
