package dev.millrace.worker.schedule;

import dev.millrace.contracts.job.Buy;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.port.JobSource;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * Estimates the backlog of a cheaper tier that this worker has not admitted yet, because jobs that
 * wait for the tier fill their partitions. Belongs to the loop's thread.
 */
record UnreadJobs(JobSource source) {
    /**
     * Returns how many jobs behind the given ones are bought at the lowest price, if their share is
     * as large as among the open jobs of their partition.
     */
    long behind(Collection<Job> waiting) {
        Map<TopicPartition, Partition> partitions =
                waiting.stream()
                        .map(Job::partition)
                        .collect(Collectors.toMap(Partition::id, it -> it, (a, _) -> a));
        Map<TopicPartition, Long> unread = source.unread(partitions.keySet());
        double behind = 0;
        for (Partition partition : partitions.values()) {
            long records = unread.getOrDefault(partition.id(), 0L) + partition.buffer().size();
            behind += share(partition) * records;
        }
        return Math.round(behind);
    }

    private static double share(Partition partition) {
        return partition.jobs().stream()
                .mapToInt(it -> it.headers().buy() == Buy.LOWEST ? 1 : 0)
                .average()
                .orElse(0);
    }
}
