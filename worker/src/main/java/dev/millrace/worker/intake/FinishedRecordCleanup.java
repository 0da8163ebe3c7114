package dev.millrace.worker.intake;

import dev.millrace.worker.job.Partition;
import dev.millrace.worker.port.JobTopics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Deletes the records below the committed offsets, which are no longer needed. Deletes in small
 * steps, to keep the load low. Belongs to the loop's thread.
 *
 * <p>Leaves a partition that is no longer assigned untouched: its topic can have been recreated,
 * and the next owner deletes the rest.
 */
public final class FinishedRecordCleanup {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final JobTopics topics;
    private long lastNanos;

    public FinishedRecordCleanup(JobTopics topics, long nowNanos) {
        this.topics = topics;
        this.lastNanos = nowNanos;
    }

    /** Deletes the finished records of these partitions when a step is due. */
    public void onTick(Collection<Partition> partitions, long nowNanos) {
        if (nowNanos - lastNanos >= INTERVAL.toNanos()) {
            lastNanos = nowNanos;
            var finished = new HashMap<TopicPartition, Long>();
            for (Partition partition : partitions) {
                long below = partition.commits().takeFinishedBelow();
                if (below >= 0 && partition.isOwned()) {
                    finished.put(partition.id(), below);
                }
            }
            if (!finished.isEmpty()) {
                topics.deleteBelow(finished);
            }
        }
    }
}
