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
 * The loop's port to the consumer group. All but {@link #wakeup} on the loop's thread only.
 *
 * <p>Partitions that are assigned are paused: the loop resumes them when it knows what of them is
 * finished.
 */
public interface JobSource extends AutoCloseable {

    /** Joins the group. The listener is called during {@link #poll} and {@link #close}. */
    void subscribe(Collection<String> topics, Listener listener);

    /**
     * Returns records of partitions that are not paused; none after the wait, when woken, or when
     * the poll has failed, which the listener is told.
     */
    ConsumerRecords<byte[], byte[]> poll(Duration wait);

    /**
     * Returns what is committed for these partitions, once no open transaction can change it. Waits
     * a short time for that, and returns empty when it cannot be told by then. A partition without
     * a commit is not in the map.
     */
    Optional<Map<TopicPartition, OffsetAndMetadata>> committed(Set<TopicPartition> partitions);

    /** The next record to be polled of that partition. */
    void seek(TopicPartition partition, long offset);

    void pause(Collection<TopicPartition> partitions);

    void resume(Collection<TopicPartition> partitions);

    /** The member as it is now; stale after the next poll. */
    ConsumerGroupMetadata groupMetadata();

    /** Lets a poll that waits return. From any thread. */
    void wakeup();

    /** Leaves the group. */
    @Override
    void close();

    /** Told when partitions come and go. */
    interface Listener {
        /** They are ours from now on. */
        void onAssigned(Collection<TopicPartition> partitions);

        /** They are ours until this returns. */
        void onRevoked(Collection<TopicPartition> partitions);

        /** They are no longer ours: nothing may be committed for them. */
        void onLost(Collection<TopicPartition> partitions);

        /**
         * The topic has no record at that position of a partition of ours, such as after records
         * were deleted that nobody had finished. It is polled no more until a {@link #seek}.
         */
        void onOutOfRange(TopicPartition partition, long position);

        /**
         * The client cannot read the next records of a partition of ours: a batch is corrupt. It is
         * polled no more.
         */
        void onCorrupt(TopicPartition partition, String reason);

        /**
         * The cluster cannot be asked or refuses to answer, which may pass: a login or an ACL that
         * is missing, a name that cannot be resolved.
         *
         * @param someTopicsOnly whether other topics are not concerned
         */
        void onFailed(String reason, boolean someTopicsOnly);
    }
}
