package dev.millrace.worker.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.simulator.settings.FailFirst;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.testclusters.JobCluster;
import dev.millrace.worker.Worker;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A topic of results or answers that was altered while the pipeline runs. */
class RejectedResultsIT {
    private static final String MODEL = "deepseek-flash";
    private static final int JOBS = 40;
    private static final int LIMIT = 3_000;

    /** One job in this many asks for an answer that is longer than the limit. */
    private static final int LONG_RARITY = 10;

    @TempDir Path directory;

    private static ProducerRecord<byte[], byte[]> job(JobCluster cluster, int number) {
        var job = cluster.job(MODEL, number);
        if (number % LONG_RARITY > 0) {
            return job;
        }
        String longer =
                new String(job.value(), UTF_8)
                        .replace("\"max_tokens\":20", "\"max_tokens\":20,\"n\":40");
        return new ProducerRecord<>(
                job.topic(), null, job.key(), longer.getBytes(UTF_8), job.headers());
    }

    private static void lowerMaxMessageBytes(JobCluster cluster, String name) throws Exception {
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, name);
        var entry = new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(LIMIT));
        try (var admin = cluster.admin()) {
            admin.incrementalAlterConfigs(
                            Map.of(
                                    topic,
                                    List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    @Nested
    class ALoweredMaxMessageBytes {
        @Test
        void onlyTooLargeResultsBecomeErrorsAndTheirCostIsKept() throws Exception {
            var answers =
                    JobCluster.simulated(
                            new Latency.Uniform(Duration.ZERO, Duration.ofMillis(20)),
                            FailFirst.NONE);
            try (var cluster = new JobCluster(directory, answers, "max_in_flight: 20");
                    Worker worker = Workers.start(cluster)) {
                lowerMaxMessageBytes(cluster, cluster.topics().results());
                for (int i = 0; i < JOBS; i++) {
                    cluster.submit(job(cluster, i));
                }

                assertThat(cluster.readUntil(() -> cluster.results().size() >= JOBS)).isTrue();
                cluster.readToEnd();
                assertThat(cluster.results().stream().map(ResultView::jobId).distinct())
                        .hasSize(JOBS);
                assertThat(cluster.results())
                        .hasSize(JOBS)
                        .filteredOn(it -> it.errorCode() != null)
                        .hasSize(JOBS / LONG_RARITY)
                        .allSatisfy(
                                it -> {
                                    assertThat(it.errorCode()).isEqualTo("response_too_large");
                                    assertThat(it.costUsd()).isPositive();
                                });
                assertThat(cluster.simulator().ledger().summary().calls()).isEqualTo(JOBS);
                assertThat(cluster.costs().stream().filter(CostEvent::isFinal)).hasSize(JOBS);
                assertThat(sum(cluster.costs().stream().map(CostEvent::costUsd).toList()))
                        .isEqualByComparingTo(
                                sum(cluster.results().stream().map(ResultView::costUsd).toList()));
                assertThat(worker.health().ready()).isTrue();
            }
        }

        private BigDecimal sum(List<BigDecimal> amounts) {
            return amounts.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        }
    }

    @Nested
    class ALoweredMaxMessageBytesOfAnswers {
        private static final String UNSHARED = "";

        @Test
        void longAnswersAreNotSharedAndAllResultsAreKept() throws Exception {
            var answers =
                    JobCluster.simulated(
                            new Latency.Uniform(Duration.ZERO, Duration.ofMillis(20)),
                            FailFirst.NONE);
            try (var cluster = new JobCluster(directory, answers, "max_in_flight: 20");
                    Worker _ = Workers.start(cluster)) {
                lowerMaxMessageBytes(cluster, cluster.topics().answers());
                for (int i = 0; i < JOBS; i++) {
                    cluster.submit(withCacheKey(job(cluster, i), i));
                }

                assertThat(cluster.readUntil(() -> cluster.results().size() >= JOBS)).isTrue();
                assertThat(cluster.results()).allMatch(it -> it.errorCode() == null);
                List<String> shared = values(cluster, cluster.topics().answers());
                assertThat(shared).hasSize(JOBS);
                assertThat(shared.stream().filter(UNSHARED::equals)).hasSize(JOBS / LONG_RARITY);
                assertThat(values(cluster, cluster.topics().results()))
                        .containsAll(shared.stream().filter(it -> !it.equals(UNSHARED)).toList());
            }
        }

        private static ProducerRecord<byte[], byte[]> withCacheKey(
                ProducerRecord<byte[], byte[]> job, int number) {
            MillraceHeaders.put(
                    job.headers(), MillraceHeaders.CACHE_KEY, "%064x".formatted(number % 7));
            return job;
        }

        /**
         * Reads the committed values of a topic and checks the partition of each key; {@link
         * #UNSHARED} for a record without a value.
         */
        private static List<String> values(JobCluster cluster, String topic) {
            Map<String, Object> properties =
                    Map.of(
                            "bootstrap.servers",
                            cluster.bootstrapServers(),
                            "isolation.level",
                            "read_committed");
            try (var consumer =
                    new KafkaConsumer<>(
                            properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                var partitions =
                        consumer.partitionsFor(topic).stream()
                                .map(it -> new TopicPartition(topic, it.partition()))
                                .toList();
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                var values = new ArrayList<String>();
                var ends = consumer.endOffsets(partitions);
                while (ends.entrySet().stream()
                        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                    for (var record : consumer.poll(Duration.ofMillis(100))) {
                        values.add(
                                record.value() == null
                                        ? UNSHARED
                                        : new String(record.value(), UTF_8));
                        assertThat(record.partition())
                                .isEqualTo(
                                        BuiltInPartitioner.partitionForKey(
                                                record.key(), partitions.size()));
                    }
                }
                return values;
            }
        }
    }
}
