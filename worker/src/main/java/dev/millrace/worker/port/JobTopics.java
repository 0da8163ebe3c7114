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
 * The loop's port to what its cluster knows of the job topics beside their records. On the loop's
 * thread only. It never waits: what is asked is answered in a later turn.
 */
public interface JobTopics extends AutoCloseable {

    /** The bounds that the broker sets; empty while they are not known. */
    Optional<Limits> limits();

    /**
     * Asks what is committed for a partition that has just been assigned. Completes, on any thread,
     * when the cluster has answered and no open transaction can change the answer. To be cancelled
     * when the partition is no longer ours.
     */
    CompletableFuture<Committed> committed(TopicPartition partition);

    /**
     * Asks for the ids of topics. Completes, on any thread, when the cluster has answered. The id
     * is empty for a topic that does not exist; a topic that may not be described is not in the
     * map.
     */
    CompletableFuture<Map<String, Optional<String>>> ids(Set<String> topics);

    /**
     * What lies behind these partitions, none of which has a committed offset. Empty while it is
     * not known; then it is to be asked again.
     */
    Optional<Map<TopicPartition, Past>> pasts(Set<TopicPartition> partitions);

    /**
     * Nobody needs the records below these offsets any more, all of which are committed. What
     * cannot be deleted now is deleted with a later call. Nothing is deleted of a topic that is not
     * the one whose committed offsets were asked for.
     */
    void deleteBelow(Map<TopicPartition, Long> offsets);

    @Override
    void close();

    /**
     * What the broker allows.
     *
     * @param metadataChars longest metadata of a committed offset
     * @param sessionTimeout after so long without a sign of life a member's partitions are given to
     *     others
     */
    record Limits(int metadataChars, Duration sessionTimeout) {
        /** What a broker has when nobody has set anything. */
        public static final Limits DEFAULT = new Limits(4_096, Duration.ofSeconds(45));
    }

    /**
     * What is committed for a partition.
     *
     * @param topicId of its topic as it is now; what is committed may be of a deleted one of the
     *     same name
     * @param offset null when nothing is committed
     */
    record Committed(String topicId, @Nullable OffsetAndMetadata offset) {}

    /** Why a partition has no committed offset. */
    sealed interface Past {
        /**
         * It was never in use.
         *
         * @param topicId of its topic as it is now
         * @param beginning its first offset
         * @param marker to be written with its first commit: from then on a missing offset is a
         *     lost one
         */
        record FirstUse(String topicId, long beginning, ProducerRecord<byte[], byte[]> marker)
                implements Past {}

        /**
         * Its offset was lost: nobody knows what of it is finished.
         *
         * @param beginning its first offset
         * @param reason for a person, in one sentence
         */
        record OffsetLost(long beginning, String reason) implements Past {}
    }
}
