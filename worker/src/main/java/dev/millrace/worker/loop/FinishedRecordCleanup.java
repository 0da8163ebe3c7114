package dev.millrace.worker.loop;

import dev.millrace.worker.port.JobTopics;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Lets go of the records that nobody needs any more: those below the committed offsets. In small
 * steps, so that it is never felt. Belongs to the loop's thread.
 *
 * <p>Nothing is deleted of a partition that is no longer ours: its topic may be another one by now,
 * and the next owner deletes what is left.
 */
final class FinishedRecordCleanup {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final JobTopics topics;
    private final Map<Partition, Long> finished = new LinkedHashMap<>();
    private long lastNanos;

    FinishedRecordCleanup(JobTopics topics, long nowNanos) {
        this.topics = topics;
        this.lastNanos = nowNanos;
    }

    /** These have just been committed. */
    void onCommitted(Map<Partition, Long> offsets) {
        finished.putAll(offsets);
    }

    void onTick(long nowNanos) {
        if (nowNanos - lastNanos >= INTERVAL.toNanos()) {
            lastNanos = nowNanos;
            var ours = new HashMap<TopicPartition, Long>();
            finished.forEach(
                    (partition, offset) -> {
                        if (partition.isOurs()) {
                            ours.put(partition.id, offset);
                        }
                    });
            finished.clear();
            if (!ours.isEmpty()) {
                topics.deleteBelow(ours);
            }
        }
    }
}
