package dev.millrace.standalone.status;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.gateway.serving.RunningServices;
import dev.millrace.standalone.cluster.KafkaFutures;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Reads the members and offsets of the consumer groups of routers and workers. */
final class ConsumerGroups {
    /**
     * Separates the name of the router from the name of the thread in a Kafka Streams client id.
     */
    private static final String THREAD_SEPARATOR = "-StreamThread-";

    private final Admin admin;
    private final Topics topics;

    ConsumerGroups(Admin admin, Topics topics) {
        this.admin = admin;
        this.topics = topics;
    }

    /**
     * Returns the routers and workers that run.
     *
     * @param catalog models whose topics are looked up
     */
    RunningServices running(Catalog catalog) {
        return KafkaFutures.get(
                "Describing the groups of routers and workers",
                RunningServices.read(admin, topics, catalog));
    }

    /** Returns the number of router processes; each thread of a process is a group member. */
    static int routers(RunningServices running) {
        return (int)
                running.routers().clients().stream()
                        .map(client -> client.split(THREAD_SEPARATOR, 2)[0])
                        .distinct()
                        .count();
    }

    /** Returns the workers' committed offsets; partitions without a commit are missing. */
    Map<TopicPartition, OffsetAndMetadata> committedByWorkers() {
        return committed(topics.workerGroup(), new ListConsumerGroupOffsetsSpec());
    }

    /**
     * Returns the routers' committed offsets of some partitions; those without a commit are null.
     * Routers also read topics that the user of this client may not see.
     */
    Map<TopicPartition, OffsetAndMetadata> committedByRouters(
            Collection<TopicPartition> partitions) {
        return committed(
                topics.routerGroup(),
                new ListConsumerGroupOffsetsSpec().topicPartitions(partitions));
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(
            String group, ListConsumerGroupOffsetsSpec spec) {
        return KafkaFutures.getIfExists(
                        "Reading the offsets of " + group,
                        admin.listConsumerGroupOffsets(Map.of(group, spec))
                                .partitionsToOffsetAndMetadata(group))
                .orElse(Map.of());
    }
}
