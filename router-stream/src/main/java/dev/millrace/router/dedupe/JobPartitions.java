package dev.millrace.router.dedupe;

import dev.millrace.contracts.job.JobId;
import dev.millrace.router.message.RoutingMessage.Origin;
import java.util.Map;

/**
 * Determines the partition of a request topic for all requests of a job, since repeats are found
 * within a partition. Kafka's Java client selects this partition for the job id as record key,
 * which Millrace's producers use.
 *
 * @param counts partitions by request topic, 1 or more; constant while the router runs
 */
public record JobPartitions(Map<String, Integer> counts) {
    public JobPartitions {
        counts = Map.copyOf(counts);
    }

    /** Returns the partitions of the largest request topic. */
    public int most() {
        return counts.values().stream().reduce(1, Math::max);
    }

    /**
     * Returns the partition of a job in the topic of its request.
     *
     * @param origin position of the request
     */
    public int of(JobId job, Origin origin) {
        Integer count = counts.get(origin.topic());
        return count == null ? origin.partition() : job.partition(count);
    }
}
