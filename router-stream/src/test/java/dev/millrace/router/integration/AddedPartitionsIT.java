package dev.millrace.router.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testclusters.RequestCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a router while others add partitions to topics that it reads or writes. */
class AddedPartitionsIT {
    private static final String REQUESTS = RequestCluster.TOPICS.requests();

    @TempDir Path directory;

    private static void submit(RequestCluster cluster, String id, int partition) {
        Map<String, Object> properties = Map.of("bootstrap.servers", cluster.bootstrap());
        try (var producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] line =
                    RequestCluster.line(id, RequestCluster.MODEL, "hello").strip().getBytes(UTF_8);
            var _ = producer.send(new ProducerRecord<>(REQUESTS, partition, null, line));
            producer.flush();
        }
    }

    private static void addPartitions(Admin admin, List<String> topics, int count)
            throws Exception {
        var more =
                topics.stream()
                        .collect(Collectors.toMap(it -> it, _ -> NewPartitions.increaseTo(count)));
        var _ = admin.createPartitions(more).all().get();
    }

    @Test
    void partitionsOfOtherTopicsChangeNothing() throws Exception {
        var topics = RequestCluster.TOPICS;
        var others =
                List.of(
                        topics.results(),
                        topics.costs(),
                        topics.lookups(),
                        topics.answers(),
                        topics.parts(),
                        topics.retrieved(),
                        topics.budgetReports(),
                        topics.budgetGrants());
        try (var cluster = new RequestCluster(directory)) {
            try (var admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()));
                    var _ = Routers.start(cluster, cluster.state())) {
                submit(cluster, "before", 0);
                cluster.awaitOutput(1);

                addPartitions(admin, others, 9);
                submit(cluster, "after", 0);
                cluster.awaitOutput(2);
            }
            try (var _ = Routers.start(cluster, cluster.state())) {
                submit(cluster, "before", 0);
                submit(cluster, "later", 0);

                assertThat(cluster.awaitOutput(4))
                        .filteredOn(it -> RequestCluster.TOPICS.isJobTopic(it.topic()))
                        .hasSize(3);
            }
        }
    }

    @Test
    void requestsInThemAreRoutedOnceBeforeAndAfterARestart() throws Exception {
        try (var cluster = new RequestCluster(directory)) {
            int added = RequestCluster.config(cluster.bootstrap()).topics().partitions();
            try (var admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()));
                    var _ = Routers.start(cluster, cluster.state())) {
                submit(cluster, "before", 0);
                cluster.awaitOutput(1);

                addPartitions(admin, List.of(REQUESTS), added + 1);
                submit(cluster, "after", added);

                cluster.awaitOutput(2);
                // The state of "before" is found: the repeat becomes a dead letter.
                submit(cluster, "before", added);
                assertThat(cluster.awaitOutput(3).getLast().topic())
                        .isEqualTo(RequestCluster.TOPICS.deadLetters());
            }
            try (var _ = Routers.start(cluster, cluster.state())) {
                submit(cluster, "later", added);
                submit(cluster, "after", added);

                assertThat(cluster.awaitOutput(5))
                        .filteredOn(it -> RequestCluster.TOPICS.isJobTopic(it.topic()))
                        .hasSize(3);
            }
        }
    }
}
