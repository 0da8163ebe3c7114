package dev.millrace.worker.integration;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The broker's answer to a transaction's offsets, by the state of the committing member. The
 * worker's send window relies on it.
 */
class MembershipIT {
    private static final String GROUP = "members";
    private static final TopicPartition JOBS = new TopicPartition("jobs", 0);

    @TempDir Path directory;
    private Cluster cluster;

    @BeforeEach
    void startBroker() throws Exception {
        cluster = new Cluster(directory);
        cluster.create(JOBS.topic(), 1);
    }

    @AfterEach
    void stopBroker() {
        cluster.close();
    }

    @Nested
    class AMemberThatNoLongerHeartbeats {
        @Test
        void commitsUntilItsSessionEndsWithTheConsumerProtocol() {
            commitsUntilItsSessionEnds(Map.of("group.protocol", "consumer"));
        }

        @Test
        void commitsUntilItsSessionEndsWithTheClassicProtocol() {
            commitsUntilItsSessionEnds(
                    Map.of(
                            "group.protocol",
                            "classic",
                            "session.timeout.ms",
                            5_000,
                            "heartbeat.interval.ms",
                            500));
        }

        /**
         * Commits are much more frequent than the session timeout, so they would keep the session
         * alive if they counted as heartbeats.
         */
        private void commitsUntilItsSessionEnds(Map<String, Object> protocol) {
            var network = new StallingNetwork();
            try (var consumer = join(protocol, network);
                    var producer = cluster.inTransaction("member");
                    var _ = network) {
                ConsumerGroupMetadata member = consumer.groupMetadata();
                network.stall();
                send(producer, member);
                producer.commitTransaction();

                await().until(() -> isRefused(producer, member));
            }
        }

        private boolean isRefused(
                KafkaProducer<byte[], byte[]> producer, ConsumerGroupMetadata member) {
            producer.beginTransaction();
            try {
                send(producer, member);
            } catch (CommitFailedException e) {
                producer.abortTransaction();
                return true;
            }
            producer.commitTransaction();
            return false;
        }

        private void send(KafkaProducer<byte[], byte[]> producer, ConsumerGroupMetadata member) {
            producer.sendOffsetsToTransaction(Map.of(JOBS, new OffsetAndMetadata(0)), member);
        }

        private KafkaConsumer<byte[], byte[]> join(
                Map<String, Object> protocol, StallingNetwork network) {
            var properties = new HashMap<>(protocol);
            properties.put("bootstrap.servers", cluster.bootstrapServers());
            properties.put("group.id", GROUP);
            properties.put("enable.auto.commit", false);
            properties.put("metadata.max.age.ms", 100);
            var consumer =
                    new KafkaConsumer<byte[], byte[]>(
                            properties, network, new ByteArrayDeserializer());
            consumer.subscribe(List.of(JOBS.topic()));
            await().until(
                            () -> {
                                consumer.poll(Duration.ofMillis(100));
                                return consumer.assignment().contains(JOBS);
                            });
            return consumer;
        }
    }

    /**
     * Blocks the thread that sends a consumer's heartbeats; this thread also notifies deserializers
     * of new metadata.
     */
    private static final class StallingNetwork
            implements Deserializer<byte[]>, ClusterResourceListener, AutoCloseable {
        private final CountDownLatch stalled = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile boolean stalls;

        void stall() {
            stalls = true;
            await().until(() -> stalled.getCount() == 0);
        }

        /** Unblocks the thread. */
        @Override
        public void close() {
            ended.countDown();
        }

        @Override
        public void onUpdate(ClusterResource cluster) {
            if (!stalls) {
                return;
            }
            stalled.countDown();
            try {
                ended.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public byte[] deserialize(String topic, byte[] data) {
            return data;
        }
    }
}
