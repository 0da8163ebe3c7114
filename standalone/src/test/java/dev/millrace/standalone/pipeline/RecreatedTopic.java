package dev.millrace.standalone.pipeline;

import static org.awaitility.Awaitility.await;

import dev.millrace.testclusters.JobCluster;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;

/** Deletes topics and creates them again. */
final class RecreatedTopic {

    private RecreatedTopic() {}

    /** Deletes a compacted topic and recreates it with an unchanged number of partitions. */
    static void recreate(JobCluster cluster, String topic) throws Exception {
        try (Admin admin = cluster.admin()) {
            TopicDescription old =
                    Objects.requireNonNull(
                            admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic));
            var _ = admin.deleteTopics(List.of(topic)).all().get();
            await().ignoreExceptions()
                    .until(
                            () -> {
                                admin.createTopics(
                                                List.of(
                                                        new NewTopic(
                                                                        topic,
                                                                        old.partitions().size(),
                                                                        (short) 1)
                                                                .configs(
                                                                        Map.of(
                                                                                "cleanup.policy",
                                                                                "compact"))))
                                        .all()
                                        .get();
                                return true;
                            });
        }
    }
}
