package dev.millrace.worker.loop;

import dev.millrace.worker.port.JobTopics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks from time to time whether job topics were deleted and created again. The client goes on with
 * the new topic of the same name at the old one's offset, and would leave out the jobs before it.
 * Belongs to the loop's thread.
 */
final class RecreatedTopicCheck {
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    private final JobTopics topics;
    private @Nullable CompletableFuture<Map<String, String>> asked;
    private long lastNanos;

    RecreatedTopicCheck(JobTopics topics, long nowNanos) {
        this.topics = topics;
        this.lastNanos = nowNanos;
    }

    /** Returns partitions whose topic is known to be another one by now; mostly none. */
    List<Partition> recreated(Collection<Partition> partitions, long nowNanos) {
        var current = asked;
        if (current == null) {
            if (nowNanos - lastNanos >= INTERVAL.toNanos() && !partitions.isEmpty()) {
                lastNanos = nowNanos;
                asked =
                        topics.ids(
                                partitions.stream()
                                        .map(it -> it.id.topic())
                                        .collect(Collectors.toSet()));
            }
            return List.of();
        }
        if (!current.isDone()) {
            return List.of();
        }
        asked = null;
        Map<String, String> ids = current.join();
        return partitions.stream().filter(it -> isOfAnother(it, ids)).toList();
    }

    private static boolean isOfAnother(Partition partition, Map<String, String> ids) {
        String id = ids.get(partition.id.topic());
        return id != null && !partition.topicId().isEmpty() && !id.equals(partition.topicId());
    }
}
