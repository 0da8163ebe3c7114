package dev.millrace.router.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.router.background.OldestJobInTopics;
import dev.millrace.router.topic.InternalTopics;
import dev.millrace.testclusters.RequestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests records that are old when the router processes them, and settings of internal topics. */
class OldRecordsIT {
    private static final String JOBS =
            RequestCluster.TOPICS.jobs(RequestCluster.MODEL, Lane.NORMAL);
    private static final String CHANGELOG = "millrace.router-seen-jobs-changelog";
    private static final int PARTITION = 1;
    private static final JobId JOB = JobId.of("default", "default", "a");

    private final Instant twoDaysAgo =
            Instant.now().minus(Duration.ofDays(2)).truncatedTo(ChronoUnit.MILLIS);
    @TempDir Path directory;
    private RequestCluster cluster;
    private Admin admin;

    @BeforeEach
    void open() {
        cluster = new RequestCluster(directory);
        admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()));
    }

    @AfterEach
    void close() {
        admin.close();
        cluster.close();
    }

    private void set(ConfigResource.Type type, String name, String key, String value)
            throws InterruptedException, ExecutionException {
        var op = new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
        var _ =
                admin.incrementalAlterConfigs(Map.of(new ConfigResource(type, name), List.of(op)))
                        .all()
                        .get();
    }

    private void write(String topic, byte[] value, Instant at)
            throws InterruptedException, ExecutionException {
        Map<String, Object> properties = Map.of("bootstrap.servers", cluster.bootstrap());
        try (var producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            var _ =
                    producer.send(
                                    new ProducerRecord<>(
                                            topic,
                                            PARTITION,
                                            at.toEpochMilli(),
                                            JOB.value().getBytes(UTF_8),
                                            value))
                            .get();
        }
    }

    /** Submits a request to a topic that keeps the times of clients, as a user's own topic can. */
    private void submitOldRequest() throws InterruptedException, ExecutionException {
        String requests = RequestCluster.TOPICS.requests();
        set(ConfigResource.Type.TOPIC, requests, "message.timestamp.type", "CreateTime");
        await().until(
                        () ->
                                settings(requests)
                                        .get("message.timestamp.type")
                                        .value()
                                        .equals("CreateTime"));
        byte[] line =
                RequestCluster.line("a", RequestCluster.MODEL, "hello").strip().getBytes(UTF_8);
        write(requests, line, twoDaysAgo);
    }

    @Nested
    class WhenTheBrokerRejectsOldRecords {
        @Test
        void oldRequestIsRoutedAndItsEndIsCounted() throws Exception {
            submitOldRequest();
            write(RequestCluster.TOPICS.requests(), "no JSON".getBytes(UTF_8), twoDaysAgo);
            set(
                    ConfigResource.Type.BROKER,
                    "",
                    "log.message.timestamp.before.max.ms",
                    Long.toString(Duration.ofHours(1).toMillis()));

            try (var router = Routers.start(cluster, cluster.state())) {
                assertThat(cluster.awaitOutput(2))
                        .extracting(ConsumerRecord::topic)
                        .containsExactlyInAnyOrder(JOBS, RequestCluster.TOPICS.deadLetters());
                var end = CostEvent.withoutCall(JOB, "default", "default");
                write(RequestCluster.TOPICS.costs(), CostEventCodec.toJson(end), Instant.now());

                await().until(() -> committedEnds() == 1);
                assertThat(router.health().ready()).isTrue();
            }
        }

        private long committedEnds() throws InterruptedException, ExecutionException {
            var offset =
                    admin.listConsumerGroupOffsets("millrace.router")
                            .partitionsToOffsetAndMetadata()
                            .get()
                            .get(new TopicPartition(RequestCluster.TOPICS.costs(), PARTITION));
            return offset == null ? 0 : offset.offset();
        }
    }

    @Nested
    class WhenAChangelogHasOtherSettings {
        @Test
        void changelogsGetTheCurrentSettings() throws Exception {
            Routers.start(cluster, cluster.state()).close();
            String made = segmentBytes();
            set(ConfigResource.Type.TOPIC, CHANGELOG, "segment.bytes", "1073741824");

            Routers.start(cluster, cluster.state()).close();

            assertThat(segmentBytes()).isEqualTo(made).isEqualTo("16777216");
        }

        private String segmentBytes() throws InterruptedException, ExecutionException {
            return settings(CHANGELOG).get("segment.bytes").value();
        }
    }

    @Nested
    class WhenTheRouterCreatesARepartitionTopic {
        @Test
        void topicHasTheSettingsThatStreamsWouldGiveIt() throws Exception {
            var streams = new Properties();
            streams.put("application.id", "test");
            streams.put("bootstrap.servers", cluster.bootstrap());
            streams.put("replication.factor", 1);
            streams.put("topic.segment.bytes", "16777216");

            InternalTopics.createRepartitionTopic(admin, Set.of(), streams, "arms");

            var topic = "test-arms-repartition";
            // The broker knows a new topic a moment after its controller.
            await().ignoreExceptions().untilAsserted(() -> assertThat(partitions(topic)).isOne());
            assertThat(settings(topic).entries())
                    .extracting(ConfigEntry::name, ConfigEntry::value)
                    .contains(
                            tuple("cleanup.policy", "delete"),
                            tuple("retention.ms", "-1"),
                            tuple("message.timestamp.type", "CreateTime"),
                            tuple("segment.bytes", "16777216"));
        }

        private int partitions(String topic) throws InterruptedException, ExecutionException {
            var described = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
            return Objects.requireNonNull(described).partitions().size();
        }
    }

    private Config settings(String topic) throws InterruptedException, ExecutionException {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        var config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        return Objects.requireNonNull(config);
    }

    @Nested
    class WhenTheOldestJobIsLookedUp {
        @Test
        void unfinishedJobIsFoundUntilItIsDeleted() throws Exception {
            var jobs = new OldestJobInTopics(admin, RequestCluster.TOPICS);
            assertThat(jobs.lowerBound()).isEmpty();
            submitOldRequest();
            try (var _ = Routers.start(cluster, cluster.state())) {
                var routed = cluster.awaitOutput(1).getFirst();
                Instant routedAt = Instant.ofEpochMilli(routed.timestamp());
                assertThat(routedAt).isAfter(twoDaysAgo.plus(Duration.ofDays(1)));
                assertThat(jobs.lowerBound()).contains(routedAt);

                delete(routed);

                assertThat(jobs.lowerBound()).isEmpty();
            }
        }

        /** Deletes a finished job, as a worker does. */
        private void delete(ConsumerRecord<byte[], byte[]> job)
                throws InterruptedException, ExecutionException {
            var partition = new TopicPartition(job.topic(), job.partition());
            var below = RecordsToDelete.beforeOffset(job.offset() + 1);
            var _ = admin.deleteRecords(Map.of(partition, below)).all().get();
        }
    }
}
