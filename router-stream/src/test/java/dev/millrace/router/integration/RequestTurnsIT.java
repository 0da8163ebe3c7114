package dev.millrace.router.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.testclusters.RequestCluster;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the order in which a router reads the request topics of several tenants. */
class RequestTurnsIT {
    private static final String ACME_REQUESTS = "acme.requests";

    /** Several times what a consumer fetches of a partition at once. */
    private static final int BACKLOG = 20_000;

    private static final int OTHERS = 20;

    @TempDir Path directory;

    private static MillraceConfig config(String bootstrap) {
        return new ConfigLoader(Map.of())
                .parse(
                        "test",
                        """
                        topics: { partitions: 2 }
                        request_topics: { millrace.requests: {}, acme.requests: { tenant: acme } }
                        """)
                .withSimulator()
                .withKafka(KafkaConfig.of(bootstrap));
    }

    private static void submit(RequestCluster cluster, String topic, int count, Instant at) {
        String tenant = topic.equals(ACME_REQUESTS) ? "acme" : "default";
        Map<String, Object> properties = Map.of("bootstrap.servers", cluster.bootstrap());
        try (var producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < count; i++) {
                String line = RequestCluster.line("n" + i, RequestCluster.MODEL, "hello");
                JobId job = JobId.of(tenant, "default", "n" + i);
                var _ =
                        producer.send(
                                new ProducerRecord<>(
                                        topic,
                                        null,
                                        at.toEpochMilli(),
                                        job.value().getBytes(UTF_8),
                                        line.strip().getBytes(UTF_8)));
            }
            producer.flush();
        }
    }

    private static boolean isOfAcme(ConsumerRecord<byte[], byte[]> job) {
        return MillraceHeaders.text(job.headers(), MillraceHeaders.TENANT)
                .orElseThrow()
                .equals("acme");
    }

    @Test
    void backlogOfOldTimesTakesTurnsWithTheRequestsOfOthers() throws Exception {
        try (var cluster = new RequestCluster(directory);
                var admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            var _ =
                    admin.createTopics(List.of(new NewTopic(ACME_REQUESTS, 2, (short) 1)))
                            .all()
                            .get();
            submit(cluster, ACME_REQUESTS, BACKLOG, Instant.parse("2020-01-01T00:00:00Z"));
            submit(cluster, RequestCluster.TOPICS.requests(), OTHERS, Instant.now());

            try (var _ = Routers.start(config(cluster.bootstrap()), cluster.state())) {
                List<ConsumerRecord<byte[], byte[]>> jobs = cluster.awaitOutput(BACKLOG + OTHERS);

                long lastOfOthers =
                        jobs.stream()
                                .filter(it -> !isOfAcme(it))
                                .mapToLong(ConsumerRecord::timestamp)
                                .max()
                                .orElseThrow();
                long ofAcmeBefore =
                        jobs.stream()
                                .filter(it -> isOfAcme(it) && it.timestamp() <= lastOfOthers)
                                .count();
                assertThat(ofAcmeBefore).isLessThan(BACKLOG / 2);
            }
        }
    }
}
