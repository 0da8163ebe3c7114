package dev.millrace.router.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testclusters.RequestCluster;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a router reads the partitions that others add to a request topic while it runs. */
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

    @Test
    void requestsInThemAreRoutedOnceBeforeAndAfterARestart() throws Exception {
        try (var cluster = new RequestCluster(directory)) {
            int added = RequestCluster.config(cluster.bootstrap()).topics().partitions();
            try (var admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()));
                    var router = Routers.start(cluster, cluster.state())) {
                submit(cluster, "before", 0);
                cluster.awaitOutput(1);

                var more = Map.of(REQUESTS, NewPartitions.increaseTo(added + 1));
                var _ = admin.createPartitions(more).all().get();
                submit(cluster, "after", added);

                cluster.awaitOutput(2);
                await().until(
                                () ->
                                        router.health()
                                                .detail()
                                                .contains("more than topics.partitions"));
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
