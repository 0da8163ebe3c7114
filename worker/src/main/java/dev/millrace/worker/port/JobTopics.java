package dev.millrace.worker.port;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The loop's port to metadata of the job topics. Called on the loop's thread only; never waits: the
 * answer to a request arrives in a later turn.
 */
public interface JobTopics extends AutoCloseable {

    /** Returns the broker's limits; empty until they are known. */
    Optional<Limits> limits();

    /**
     * Requests the committed offsets of newly assigned partitions. The answer for a partition
     * completes, on any thread, when the cluster has answered and no open transaction can change
     * the answer. Must be cancelled when the worker no longer owns the partition.
     *
     * @return an answer for each partition; partitions do not wait for each other
     */
    Map<TopicPartition, CompletableFuture<Committed>> committed(Set<TopicPartition> partitions);

    /**
     * Requests the ids of topics. Completes, on any thread, when the cluster has answered. The id
     * is empty for a topic that does not exist; a topic that may not be described is not in the
     * map.
     */
    CompletableFuture<Map<String, Optional<String>>> ids(Set<String> topics);

    /**
     * Returns why the given partitions have no committed offset. Returns empty while this is
     * unknown; the caller must then ask again.
     */
    Optional<Map<TopicPartition, MissingOffset>> missingOffsets(Set<TopicPartition> partitions);

    /**
     * Deletes the records below the given committed offsets, which are no longer needed. A failed
     * deletion is retried by a later call. Deletes nothing if the topic was recreated after its
     * committed offsets were requested.
     */
    void deleteBelow(Map<TopicPartition, Long> offsets);

    @Override
    void close();

    /**
     * The limits of the broker.
     *
     * @param metadataChars maximum length of the metadata of a committed offset
     * @param sessionTimeout time without a heartbeat after which a member's partitions are
     *     reassigned
     */
    record Limits(int metadataChars, Duration sessionTimeout) {
        /** The broker's defaults. */
        public static final Limits DEFAULT = new Limits(4_096, Duration.ofSeconds(45));

        /** The send window is the session timeout divided by this. */
        private static final int WINDOW_DIVISOR = 3;

        /** Returns how long after the start of its intent's transaction a call may be sent. */
        public Duration sendWindow() {
            return sessionTimeout.dividedBy(WINDOW_DIVISOR);
        }
    }

    /**
     * The committed offset of a partition.
     *
     * @param topicId current id of the topic; the offset can belong to a deleted topic of equal
     *     name
     * @param offset null if nothing is committed
     */
    record Committed(String topicId, @Nullable OffsetAndMetadata offset) {}

    /** The reason why a partition has no committed offset. */
    sealed interface MissingOffset {
        /**
         * The partition was never used.
         *
         * @param topicId current id of the topic
         * @param beginning the first offset of the partition
         * @param marker record to write with the first commit; afterwards, a missing offset means a
         *     lost offset
         */
        record FirstUse(String topicId, long beginning, ProducerRecord<byte[], byte[]> marker)
                implements MissingOffset {}

        /**
         * The committed offset was lost, so the finished jobs are unknown.
         *
         * @param beginning the first offset of the partition
         * @param reason one human-readable sentence
         */
        record OffsetLost(long beginning, String reason) implements MissingOffset {}
    }
}
