package dev.millrace.sink.partition;

import dev.millrace.store.row.PartitionId;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides which partitions the sink reads. A partition must be started at its offset in the
 * database before its records are polled.
 *
 * <pre>
 *   unassigned ──assigned──► not started ──start──► started
 *        ▲                      ▲  │                  │  │
 *        │                      └──┼─────restart──────┘  │
 *        └───────revoked, lost─────┴─────────────────────┘
 * </pre>
 */
public sealed interface PartitionSource permits AllPartitions, GroupPartitions {

    /** Returns the started partitions. */
    Assignment assignment();

    /** Returns true if partitions can be reassigned to another sink at any time. */
    boolean isShared();

    /** Returns true if {@link #start} must be called before the next poll. */
    boolean needsStart();

    /**
     * Returns the partitions to start now. A shared source joins its group first.
     *
     * @param found every partition of every topic
     */
    Map<TopicPartition, PartitionId> toStart(Map<TopicPartition, PartitionId> found);

    /** Starts the partitions at their offsets. Partitions with lost records stay stopped. */
    void start(Map<TopicPartition, PartitionId> partitions, StartOffsets.Found found);

    /**
     * Makes partitions start again at their offsets in the database. A source that is not shared
     * starts all partitions again.
     */
    void restart(Collection<TopicPartition> partitions);

    /**
     * Makes partitions start again whose topics were recreated or have grown.
     *
     * @param found every partition of every topic
     * @return true if there are any
     */
    boolean restartChanged(Map<TopicPartition, PartitionId> found);
}
