package dev.millrace.worker.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.RecordSizes;
import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.topic.KeyPartitions;
import dev.millrace.worker.kafka.ClientSettings;
import dev.millrace.worker.kafka.KafkaResultLog;
import dev.millrace.worker.port.ResultLog.Commit;
import dev.millrace.worker.port.ResultLog.Transaction;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultLogIT {
    private static final ConsumerGroupMetadata GROUP =
            new MockConsumer<byte[], byte[]>("earliest").groupMetadata();
    private static final int SIZE = 1 << 20;

    @TempDir static Path directory;
    private static Cluster cluster;

    @BeforeAll
    static void startBroker() {
        cluster = new Cluster(directory);
    }

    @AfterAll
    static void stopBroker() {
        cluster.close();
    }

    private static KafkaResultLog log(Map<String, String> user) {
        var properties = new HashMap<>(user);
        properties.put("bootstrap.servers", cluster.bootstrapServers());
        return new KafkaResultLog(
                new ClientSettings(properties, "", "w1", WorkerConfig.DEFAULT),
                new RecordSizes(SIZE, SIZE, SIZE, SIZE),
                new KeyPartitions(4));
    }

    private static Commit commit(KafkaResultLog log, List<ProducerRecord<byte[], byte[]>> records) {
        assertThat(log.open()).isEmpty();
        return log.commit(new Transaction(records, Map.of(), GROUP));
    }

    @Nested
    class ATopicRecreatedWithFewerPartitions {
        private static final String TOPIC = "recreated";

        /** The client forgets the old topic when its deliveries expire, so they expire soon. */
        private static final Map<String, String> IMPATIENT =
                Map.of(
                        "producer.delivery.timeout.ms", "3000",
                        "producer.request.timeout.ms", "3000",
                        "producer.max.block.ms", "3000");

        private final List<ProducerRecord<byte[], byte[]>> toTheLastOfFour =
                List.of(new ProducerRecord<>(TOPIC, 3, new byte[] {1}, new byte[] {2}));

        @Test
        void resultForAMissingPartitionIsWritten() throws Exception {
            try (var log = log(IMPATIENT)) {
                cluster.create(TOPIC, 4);
                awaitCommit(log);

                cluster.delete(TOPIC);
                await().ignoreExceptions().untilAsserted(() -> cluster.create(TOPIC, 2));

                if (!isCommitted(log)) {
                    awaitCommit(log);
                }
            }
        }

        /** Opens the log and commits until both succeed, as the loop does after a failure. */
        private void awaitCommit(KafkaResultLog log) {
            await().until(() -> log.open().isEmpty() && isCommitted(log));
        }

        private boolean isCommitted(KafkaResultLog log) {
            return log.commit(new Transaction(toTheLastOfFour, Map.of(), GROUP))
                    .equals(new Commit.Done());
        }
    }

    @Nested
    class ACompressedResult {
        private static final String TOPIC = "small";
        private static final int LIMIT = 3_000;

        private final ProducerRecord<byte[], byte[]> compressible = record(20 * LIMIT);
        private final ProducerRecord<byte[], byte[]> incompressible = record(2 * LIMIT);

        ACompressedResult() {
            new SplittableRandom(1).nextBytes(incompressible.value());
        }

        private static ProducerRecord<byte[], byte[]> record(int bytes) {
            return new ProducerRecord<>(TOPIC, new byte[] {1}, new byte[bytes]);
        }

        @Test
        void compressedResultIsReplacedOnlyIfTooLargeAfterCompression() throws Exception {
            var limited =
                    new NewTopic(TOPIC, 1, (short) 1)
                            .configs(Map.of("max.message.bytes", Integer.toString(LIMIT)));
            cluster.admin.createTopics(List.of(limited)).all().get();
            try (var log = log(Map.of("producer.compression.type", "gzip"))) {
                Commit rejection =
                        commit(log, List.of(record(10), incompressible, compressible, record(10)));

                assertThat(((Commit.Rejected) rejection).refused()).containsExactly(incompressible);
                assertThat(commit(log, List.of(record(10), compressible)))
                        .isEqualTo(new Commit.Done());
            }
        }
    }
}
