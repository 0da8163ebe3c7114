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
 * Checks regularly whether job topics were deleted or recreated. The client would continue in a
 * recreated topic at the old topic's offset, and skip the jobs before that offset. An offset of a
 * missing topic blocks every transaction that contains it. Belongs to the loop's thread.
 */
public final class TopicIdCheck {
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(TopicIdCheck.class);

    private final JobTopics topics;
    private final PendingWrites pending;
    private @Nullable CompletableFuture<Map<String, Optional<String>>> request;
    private long dueNanos;

    public TopicIdCheck(JobTopics topics, PendingWrites pending, long nowNanos) {
        this.topics = topics;
        this.pending = pending;
        this.dueNanos = nowNanos + INTERVAL.toNanos();
    }

    /** Makes the next check due at once. */
    public void makeDue(long nowNanos) {
        dueNanos = nowNanos;
    }

    /** Checks the topics if a check is due, and marks partitions that must be restarted. */
    public void onTick(Collection<Partition> partitions, long nowNanos) {
        var current = request;
        if (current == null && nowNanos - dueNanos >= 0 && !partitions.isEmpty()) {
            dueNanos = nowNanos + INTERVAL.toNanos();
            request = topics.ids(names(partitions));
        } else if (current != null && current.isDone()) {
            request = null;
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
            pending.onLedgerChanged(partition);
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
                            "the topic was deleted and created again: its jobs are read from the"
                                    + " beginning");
        }
        partition.onTopicRecreated();
    }
}
