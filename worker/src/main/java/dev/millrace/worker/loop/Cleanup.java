package dev.millrace.worker.loop;

import dev.millrace.worker.port.JobTopics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Lets go of the records that nobody needs any more: those below the committed offsets. In small
 * steps, so that it is never felt. Belongs to the loop's thread.
 *
 * <p>A committed offset only moves on; so it does no harm to delete below one of a partition that
 * is somebody else's by now.
 */
final class Cleanup {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final JobTopics topics;
    private final Map<TopicPartition, Long> finished = new HashMap<>();
    private long lastNanos;

    Cleanup(JobTopics topics, long nowNanos) {
        this.topics = topics;
        this.lastNanos = nowNanos;
    }

    /** These have just been committed. */
    void onCommitted(Map<TopicPartition, Long> offsets) {
        finished.putAll(offsets);
    }

    void onTick(long nowNanos) {
        if (nowNanos - lastNanos >= INTERVAL.toNanos()) {
            lastNanos = nowNanos;
            if (!finished.isEmpty()) {
                topics.deleteBelow(Map.copyOf(finished));
                finished.clear();
            }
        }
    }
}
