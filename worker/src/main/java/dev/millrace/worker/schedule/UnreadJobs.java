package dev.millrace.worker.schedule;

import dev.millrace.contracts.job.Buy;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.port.JobSource;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * Estimates the backlog of a cheaper tier that this worker has not admitted yet, because jobs that
 * wait for the tier fill their partitions. Belongs to the loop's thread.
 */
final class UnreadJobs {
    /** Age of the numbers at most: a client may ask its network thread for each partition. */
    private static final Duration OLDEST = Duration.ofSeconds(5);

    private final JobSource source;
    private final Map<TopicPartition, Known> known = new HashMap<>();

    private record Known(long records, long atNanos) {}

    UnreadJobs(JobSource source) {
        this.source = source;
    }

    /**
     * Returns how many jobs behind the given ones are bought at the lowest price, if their share is
     * as large as among the open jobs of their partition.
     */
    long behind(Collection<Job> jobs, long nowNanos) {
        Map<TopicPartition, Partition> partitions =
                jobs.stream()
                        .map(Job::partition)
                        .collect(Collectors.toMap(Partition::id, it -> it, (a, _) -> a));
        read(partitions.keySet(), nowNanos);
        double behind = 0;
        for (Partition partition : partitions.values()) {
            Known unread = known.get(partition.id());
            long records = (unread == null ? 0 : unread.records) + partition.buffer().size();
            behind += share(partition) * records;
        }
        return Math.round(behind);
    }

    private void read(Set<TopicPartition> partitions, long nowNanos) {
        known.values().removeIf(it -> nowNanos - it.atNanos >= OLDEST.toNanos());
        Set<TopicPartition> old =
                partitions.stream()
                        .filter(it -> !known.containsKey(it))
                        .collect(Collectors.toSet());
        if (!old.isEmpty()) {
            source.unread(old).forEach((id, it) -> known.put(id, new Known(it, nowNanos)));
        }
    }

    private static double share(Partition partition) {
        return partition.jobs().stream()
                .mapToInt(it -> it.headers().buy() == Buy.LOWEST ? 1 : 0)
                .average()
                .orElse(0);
    }
}
