package dev.millrace.worker.port;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The loop's port to the consumer group. Called on the loop's thread only, except {@link #wakeup}.
 *
 * <p>Assigned partitions are paused. The loop resumes a partition when it knows which of its jobs
 * are finished.
 */
public interface JobSource extends AutoCloseable {

    /**
     * Joins the group, or changes the topics of a member. The listener is called during {@link
     * #poll} and {@link #close}.
     */
    void subscribe(Collection<String> topics, Listener listener);

    /**
     * Returns records of partitions that are not paused. Returns none after the wait, after a
     * wakeup, or after a failed poll, which is reported to the listener.
     */
    ConsumerRecords<byte[], byte[]> poll(Duration wait);

    /**
     * Returns the committed offsets of the given partitions, once no open transaction can change
     * them. Waits a short time, then returns empty if they are still unknown. A partition without a
     * commit is not in the map.
     */
    Optional<Map<TopicPartition, OffsetAndMetadata>> committed(Set<TopicPartition> partitions);

    /**
     * Returns about how many records of assigned partitions are not polled yet, paused partitions
     * included. Does not wait: records that were written lately may be missing, and partitions
     * whose number is unknown.
     */
    Map<TopicPartition, Long> unread(Set<TopicPartition> partitions);

    /** Sets the offset of the next record to poll from a partition. */
    void seek(TopicPartition partition, long offset);

    void pause(Collection<TopicPartition> partitions);

    void resume(Collection<TopicPartition> partitions);

    /** Returns the current member metadata, which the next poll may change. */
    ConsumerGroupMetadata groupMetadata();

    /** Makes a waiting poll return. Can be called from any thread. */
    void wakeup();

    /** Leaves the group. */
    @Override
    void close();

    /** Receives changes of the assignment and failures. */
    interface Listener {
        /** The worker owns the partitions from now on. */
        void onAssigned(Collection<TopicPartition> partitions);

        /** The worker owns the partitions until this method returns. */
        void onRevoked(Collection<TopicPartition> partitions);

        /**
         * Reports that the worker no longer owns the partitions; it must commit nothing for them.
         */
        void onLost(Collection<TopicPartition> partitions);

        /**
         * An owned partition has no record at its position, for example because unfinished records
         * were deleted. The partition is not polled until the next {@link #seek}.
         */
        void onOutOfRange(TopicPartition partition, long position);

        /**
         * The client cannot read the next records of an owned partition, because a batch is
         * corrupt. The partition is no longer polled.
         */
        void onCorrupt(TopicPartition partition, String reason);

        /**
         * The cluster cannot be reached or rejects requests, perhaps temporarily: a missing login
         * or ACL, a host name that cannot be resolved.
         *
         * @param someTopicsOnly true if other topics are not affected
         */
        void onFailed(String reason, boolean someTopicsOnly);
    }
}
