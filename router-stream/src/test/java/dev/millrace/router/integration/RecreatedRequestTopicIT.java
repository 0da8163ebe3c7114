package dev.millrace.router.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testclusters.RequestCluster;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a router deletes no requests of a topic that is recreated while it runs. */
@Tag("long")
class RecreatedRequestTopicIT {
    private static final String REQUESTS = RequestCluster.TOPICS.requests();
    private static final TopicPartition PARTITION = new TopicPartition(REQUESTS, 1);
    private static final int BEFORE = 5;
    private static final int AFTER = 20;

    @TempDir Path directory;

    private static void submit(RequestCluster cluster, String prefix, int count) {
        Map<String, Object> properties = Map.of("bootstrap.servers", cluster.bootstrap());
        try (var producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < count; i++) {
                byte[] line =
                        RequestCluster.line(prefix + i, RequestCluster.MODEL, "hello")
                                .strip()
                                .getBytes(UTF_8);
                var _ =
                        producer.send(
                                new ProducerRecord<>(REQUESTS, PARTITION.partition(), null, line));
            }
            producer.flush();
        }
    }

    private static long firstOffset(Admin admin) throws Exception {
        var first = admin.listOffsets(Map.of(PARTITION, OffsetSpec.earliest())).all().get();
        return Objects.requireNonNull(first.get(PARTITION)).offset();
    }

    @Test
    void requestsInTheNewTopicAreNotDeletedAndHealthSaysWhy() throws Exception {
        try (var cluster = new RequestCluster(directory);
                var admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()));
                var router = Routers.start(cluster, cluster.state())) {
            submit(cluster, "before-", BEFORE);
            await().until(() -> firstOffset(admin) == BEFORE);

            cluster.delete(REQUESTS);
            cluster.createMissingTopics();
            submit(cluster, "after-", AFTER);

            await().until(() -> router.health().detail().contains("created again"));
            assertThat(firstOffset(admin)).isZero();
        }
    }
}
