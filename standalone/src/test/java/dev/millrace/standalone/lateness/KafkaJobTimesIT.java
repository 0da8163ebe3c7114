package dev.millrace.standalone.lateness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.cluster.KafkaFutures;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaJobTimesIT {
    private static final Instant FIRST = Instant.parse("2026-11-20T12:00:00Z");
    private static final int JOBS = 300;

    /** Larger than a fetch, so that a fetch has few records. */
    private static final int JOB_BYTES = 100 << 10;

    private static final TopicPartition FULL = new TopicPartition("millrace.jobs.m.normal", 0);
    private static final TopicPartition OTHER = new TopicPartition("millrace.jobs.m.normal", 1);

    @TempDir private Path directory;

    private static SortedSet<Long> offsets(Long... offsets) {
        return new TreeSet<>(List.of(offsets));
    }

    /** Publishes jobs, each with its offset in seconds as the time of its submission. */
    private static void publish(String servers) {
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            var topic = new NewTopic(FULL.topic(), 2, (short) 1);
            topic.configs(Map.of("max.message.bytes", "1000000"));
            KafkaFutures.get("Creating a topic", admin.createTopics(List.of(topic)).all());
        }
        try (var producer =
                new KafkaProducer<byte[], byte[]>(
                        Map.of("bootstrap.servers", servers, "transactional.id", "test"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int i = 0; i < JOBS; i++) {
                send(producer, FULL, FIRST.plusSeconds(i));
            }
            send(producer, OTHER, FIRST);
            producer.commitTransaction();
            producer.beginTransaction();
            send(producer, OTHER, FIRST.plusSeconds(1));
            producer.abortTransaction();
        }
    }

    private static void send(
            KafkaProducer<byte[], byte[]> producer, TopicPartition to, Instant submittedAt) {
        var job =
                new ProducerRecord<byte[], byte[]>(
                        to.topic(), to.partition(), null, new byte[JOB_BYTES]);
        job.headers()
                .add(MillraceHeaders.SUBMITTED_AT, submittedAt.toString().getBytes(UTF_8))
                .add(
                        MillraceHeaders.DEADLINE,
                        submittedAt.plusSeconds(60).toString().getBytes(UTF_8));
        var _ = producer.send(job);
    }

    @Test
    void theFirstCommittedJobAtOrAfterEachOffsetIsRead() {
        try (var broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(directory))) {
            publish(broker.bootstrapServers());
            var client = new PipelineClient(KafkaConfig.of(broker.bootstrapServers()), "millrace.");
            Map<TopicPartition, SortedMap<Long, HeaderTimes>> read =
                    new KafkaJobTimes(client, () -> 0)
                            .read(
                                    Map.of(
                                            FULL,
                                            offsets(0L, 1L, 150L, 299L, 300L),
                                            OTHER,
                                            offsets(0L, 2L)));
            assertThat(read.get(FULL))
                    .containsOnlyKeys(0L, 1L, 150L, 299L)
                    .allSatisfy(
                            (offset, job) ->
                                    assertThat(job)
                                            .isEqualTo(
                                                    new HeaderTimes(
                                                            FIRST.plusSeconds(offset),
                                                            FIRST.plusSeconds(offset + 60))));
            assertThat(read.get(OTHER)).containsOnlyKeys(0L);
        }
    }
}
