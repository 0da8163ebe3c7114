package dev.millrace.worker.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.config.WorkerConfig;
import dev.millrace.contracts.topic.RecordSizes;
import dev.millrace.worker.kafka.ClientSettings;
import dev.millrace.worker.kafka.KafkaResultLog;
import dev.millrace.worker.port.ResultLog.Commit;
import dev.millrace.worker.port.ResultLog.Transaction;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A results topic that is deleted and created again with fewer partitions. */
class RecreatedResultsTopicIT {
    private static final String RESULTS = "results";
    private static final ConsumerGroupMetadata GROUP =
            new MockConsumer<byte[], byte[]>("earliest").groupMetadata();
    private static final int ATTEMPTS = 3;
    private static final int SIZE = 1 << 20;

    @TempDir private Path directory;

    @Test
    void takesAResultThatNamesAPartitionItNoLongerHas() throws Exception {
        try (var cluster = new Cluster(directory);
                var log = log(cluster)) {
            cluster.create(RESULTS, 4);
            assertThat(log.open()).isEmpty();
            assertThat(commitToLastOfFour(log)).isEqualTo(new Commit.Done());

            cluster.delete(RESULTS);
            await().ignoreExceptions().untilAsserted(() -> cluster.create(RESULTS, 2));

            assertThat(retriedCommit(log)).isEqualTo(new Commit.Done());
        }
    }

    /** The producer forgets the old topic when its deliveries expire, so they expire soon. */
    private static KafkaResultLog log(Cluster cluster) {
        var properties =
                Map.of(
                        "bootstrap.servers", cluster.bootstrapServers(),
                        "producer.delivery.timeout.ms", "3000",
                        "producer.request.timeout.ms", "3000",
                        "producer.max.block.ms", "3000");
        return new KafkaResultLog(
                new ClientSettings(properties, "", "w1", WorkerConfig.DEFAULT),
                new RecordSizes(SIZE, SIZE, SIZE, SIZE));
    }

    /** As the loop does: opens the log again, and commits the same. */
    private static Commit retriedCommit(KafkaResultLog log) {
        Commit commit = commitToLastOfFour(log);
        for (int i = 1; i < ATTEMPTS && !(commit instanceof Commit.Done); i++) {
            log.open();
            commit = commitToLastOfFour(log);
        }
        return commit;
    }

    private static Commit commitToLastOfFour(KafkaResultLog log) {
        var record = new ProducerRecord<>(RESULTS, 3, new byte[] {1}, new byte[] {2});
        return log.commit(new Transaction(List.of(record), Map.of(), GROUP));
    }
}
