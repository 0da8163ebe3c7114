package dev.millrace.standalone.lateness;

import dev.millrace.contracts.job.Lane;
import dev.millrace.standalone.client.RecordCount;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * The unfinished jobs of a lane of a model.
 *
 * @param partitions the queues of the partitions of the lane's topic
 */
public record LaneBacklog(String model, Lane lane, Map<TopicPartition, PartitionQueue> partitions) {
    public LaneBacklog {
        partitions = Map.copyOf(partitions);
    }

    /** Returns the number of jobs without a call in flight. */
    public RecordCount waiting() {
        return partitions.values().stream()
                .map(PartitionQueue::waiting)
                .reduce(RecordCount.NONE, RecordCount::plus);
    }

    /** Returns the number of offsets of jobs without a call in flight. */
    long waitingOffsets() {
        return partitions.values().stream().mapToLong(PartitionQueue::waitingOffsets).sum();
    }

    /** Returns the number of jobs that possibly have a call in flight. */
    public long running() {
        return partitions.values().stream().mapToLong(PartitionQueue::running).sum();
    }

    long finished() {
        return partitions.values().stream().mapToLong(PartitionQueue::finished).sum();
    }
}
