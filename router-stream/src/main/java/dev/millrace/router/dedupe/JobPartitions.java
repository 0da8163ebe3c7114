package dev.millrace.router.dedupe;

import dev.millrace.contracts.job.JobId;
import dev.millrace.router.message.RoutingMessage.Origin;
import java.util.Map;

/**
 * Determines the partition of a request topic in which all requests of a job meet, since repeats
 * are found within a partition. It is the one that Kafka's Java client selects for the job id as
 * record key, as our producers do.
 *
 * @param counts partitions by request topic, 1 or more; they stay the same while the router runs
 */
public record JobPartitions(Map<String, Integer> counts) {
    public JobPartitions {
        counts = Map.copyOf(counts);
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
