package dev.millrace.router.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.BatchConfig;
import dev.millrace.configuration.TenantConfig;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.router.dedupe.JobPartitions;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.testclusters.RequestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a router that reads a request partition with a corrupt batch. */
class CorruptRequestsIT {
    private static final String JOBS =
            RequestCluster.TOPICS.jobs(RequestCluster.MODEL, Lane.NORMAL);
    private static final int CORRUPT = 0;
    private static final int OTHER = 1;

    @TempDir Path directory;

    private static void submit(RequestCluster cluster, int partition, String customId)
            throws InterruptedException, ExecutionException {
        Map<String, Object> properties = Map.of("bootstrap.servers", cluster.bootstrap());
        byte[] line =
                RequestCluster.line(customId, RequestCluster.MODEL, "hello")
                        .strip()
                        .getBytes(UTF_8);
        try (var producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            var _ =
                    producer.send(
                                    new ProducerRecord<>(
                                            RequestCluster.TOPICS.requests(),
                                            partition,
                                            null,
                                            line))
                            .get();
        }
    }

    /** Changes the last byte of the partition's first segment, while no broker runs. */
    private void corrupt() throws IOException {
        Path segment =
                Path.of(
                        RequestCluster.TOPICS.requests() + "-" + CORRUPT,
                        "00000000000000000000.log");
        try (var files = Files.walk(directory)) {
            Path file = files.filter(it -> it.endsWith(segment)).findFirst().orElseThrow();
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 1] ^= 1;
            Files.write(file, bytes);
        }
    }

    /** Returns custom_ids of jobs whose requests belong to the other partition. */
    private static List<String> idsInOther() {
        String topic = RequestCluster.TOPICS.requests();
        var partitions = new JobPartitions(Map.of(topic, 2));
        return IntStream.range(0, 100)
                .mapToObj(it -> "other-" + it)
                .filter(
                        it ->
                                partitions.of(
                                                JobId.of(
                                                        TenantConfig.DEFAULT_NAME,
                                                        BatchConfig.DEFAULT_NAME,
                                                        it),
                                                new RoutingMessage.Origin(topic, CORRUPT, 0))
                                        == OTHER)
                .limit(2)
                .toList();
    }

    @Test
    void corruptBatchStopsOnlyItsPartition() throws Exception {
        try (var cluster = new RequestCluster(directory)) {
            submit(cluster, CORRUPT, "corrupt");
        }
        corrupt();

        try (var cluster = new RequestCluster(directory);
                var router = Routers.start(cluster, cluster.state())) {
            String stopped = RequestCluster.TOPICS.requests() + "-" + CORRUPT + " is stopped: ";
            await().until(() -> router.health().detail().contains(stopped));
            List<String> others = idsInOther();
            for (int i = 0; i < 2; i++) {
                submit(cluster, OTHER, others.get(i));
                assertThat(cluster.awaitOutput(i + 1))
                        .extracting(ConsumerRecord::topic)
                        .containsOnly(JOBS);
            }
            assertThat(router.health().ready()).isTrue();
        }
    }
}
