package dev.millrace.worker.intake;

import dev.millrace.worker.commit.PendingWrites;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.port.JobTopics;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks regularly whether job topics were deleted, or deleted and created again. The client
 * continues with the new topic of the same name at the old topic's offset, and would skip the jobs
 * before that offset. An offset of a topic that does not exist blocks every transaction that holds
 * the offset. Belongs to the loop's thread.
 */
public final class TopicIdCheck {
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(TopicIdCheck.class);

    private final JobTopics topics;
    private final PendingWrites pending;
    private @Nullable CompletableFuture<Map<String, Optional<String>>> asked;
    private long dueNanos;

    public TopicIdCheck(JobTopics topics, PendingWrites pending, long nowNanos) {
        this.topics = topics;
        this.pending = pending;
        this.dueNanos = nowNanos + INTERVAL.toNanos();
    }

    /** Makes the next check due at once. */
    public void hasten(long nowNanos) {
        dueNanos = nowNanos;
    }

    /** Checks when a check is due, and marks partitions that have to be restarted. */
    public void onTick(Collection<Partition> partitions, long nowNanos) {
        var current = asked;
        if (current == null && nowNanos - dueNanos >= 0 && !partitions.isEmpty()) {
            dueNanos = nowNanos + INTERVAL.toNanos();
            asked = topics.ids(names(partitions));
        } else if (current != null && current.isDone()) {
            asked = null;
            Map<String, Optional<String>> ids = current.join();
            for (Partition partition : partitions) {
                String topic = partition.id().topic();
                if (ids.containsKey(topic) && !partition.topicId().isEmpty()) {
                    onAnswer(partition, ids.getOrDefault(topic, Optional.empty()));
                }
            }
        }
    }

    private static Set<String> names(Collection<Partition> partitions) {
        return partitions.stream().map(it -> it.id().topic()).collect(Collectors.toSet());
    }

    private void onAnswer(Partition partition, Optional<String> id) {
        if (id.isEmpty()) {
            onDeleted(partition);
        } else if (!id.get().equals(partition.topicId())) {
            onRecreated(partition);
        } else if (partition.isTopicDeleted()) {
            // The broker that answered before did not know the topic yet.
            partition.onTopicFound();
            pending.onMoved(partition);
        }
    }

    private static void onDeleted(Partition partition) {
        if (!partition.isTopicDeleted()) {
            LOG.atWarn()
                    .addKeyValue("partition", partition.id())
                    .log(
                            "the topic was deleted: its running calls end, and their results are"
                                    + " written");
        }
        partition.onTopicDeleted();
    }

    private static void onRecreated(Partition partition) {
        if (!partition.needsRestart()) {
            LOG.atWarn()
                    .addKeyValue("partition", partition.id())
                    .log(
                            "the topic was deleted and created again: its jobs are taken from its"
                                    + " beginning");
        }
        partition.onTopicRecreated();
    }
}
