package dev.millrace.testclusters;

import dev.millrace.contracts.topic.TopicSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.awaitility.Awaitility;

/** Creates the topics of a plan. */
final class PlannedTopics {

    private PlannedTopics() {}

    /** Creates the topics that do not exist, and waits until every planned partition answers. */
    static void createMissing(Admin admin, List<TopicSpec> plan) {
        List<NewTopic> topics =
                plan.stream()
                        .map(
                                topic ->
                                        new NewTopic(
                                                        topic.name(),
                                                        topic.partitions(),
                                                        topic.replicationFactor())
                                                .configs(topic.configs()))
                        .toList();
        // The controller knows what exists. A broker may still list a topic that was just deleted.
        admin.createTopics(topics).values().values().forEach(PlannedTopics::awaitCreation);
        awaitLeaders(admin, plan);
    }

    private static void awaitCreation(KafkaFuture<Void> creation) {
        try {
            creation.toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private static void awaitLeaders(Admin admin, List<TopicSpec> plan) {
        var ends = new HashMap<TopicPartition, OffsetSpec>();
        for (var topic : plan) {
            for (int i = 0; i < topic.partitions(); i++) {
                ends.put(new TopicPartition(topic.name(), i), OffsetSpec.latest());
            }
        }
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .ignoreException(ExecutionException.class)
                .until(() -> admin.listOffsets(ends).all().get().size() == ends.size());
    }
}
