package dev.millrace.worker.kafka;

import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.DeletedRecords;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes records, one request at a time, until the queue is empty. */
final class DeletionRunner implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(DeletionRunner.class);
    private static final Duration BETWEEN_STEPS = Duration.ofMillis(100);

    private final DeletionQueue deletions;
    private final SharedAdmin admin;
    private final Map<TopicPartition, String> topicIds;
    private final Counter steps;
    private final Set<String> loggedKinds = ConcurrentHashMap.newKeySet();

    /**
     * Creates a runner.
     *
     * @param topicIds for each partition whose records can be deleted, the id of its topic at the
     *     assignment of the partition
     */
    DeletionRunner(
            DeletionQueue deletions,
            SharedAdmin admin,
            Map<TopicPartition, String> topicIds,
            Counter steps) {
        this.deletions = deletions;
        this.admin = admin;
        this.topicIds = topicIds;
        this.steps = steps;
    }

    /** Runs on its own thread; an interrupt ends it. */
    @Override
    public void run() {
        try {
            while (true) {
                // Copied before the step, because an assignment first removes queued deletions.
                var expected = Map.copyOf(topicIds);
                var step = deletions.nextStep();
                if (step.isEmpty()) {
                    return;
                }
                delete(step, expected);
                admin.waitFor(BETWEEN_STEPS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void delete(Map<TopicPartition, Long> step, Map<TopicPartition, String> expected)
            throws InterruptedException {
        Map<TopicPartition, KafkaFuture<DeletedRecords>> answers;
        try {
            answers =
                    admin.get().deleteRecords(requests(sameTopics(step, expected))).lowWatermarks();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            step.forEach((partition, offset) -> onFailed(partition, offset, cause));
            return;
        } catch (KafkaException e) {
            step.forEach((partition, offset) -> onFailed(partition, offset, e));
            return;
        }
        steps.increment();
        for (var answer : answers.entrySet()) {
            TopicPartition partition = answer.getKey();
            long offset = step.getOrDefault(partition, 0L);
            try {
                answer.getValue().get();
                deletions.onDeleted(partition, offset);
            } catch (ExecutionException e) {
                onFailed(partition, offset, e.getCause() == null ? e : e.getCause());
            }
        }
    }

    /** Omits topics that were recreated, because a recreated topic has other records. */
    private Map<TopicPartition, Long> sameTopics(
            Map<TopicPartition, Long> step, Map<TopicPartition, String> expected)
            throws ExecutionException, InterruptedException {
        var names = step.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
        var ids = TopicIds.of(names, admin.get());
        var same = new HashMap<>(step);
        same.keySet().removeIf(it -> !isSame(expected.get(it), it.topic(), ids));
        return same;
    }

    private static boolean isSame(
            @Nullable String expected, String topic, Map<String, Optional<String>> ids) {
        return expected != null && Optional.of(expected).equals(ids.get(topic));
    }

    private static Map<TopicPartition, RecordsToDelete> requests(Map<TopicPartition, Long> step) {
        return step.entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey,
                                each -> RecordsToDelete.beforeOffset(each.getValue())));
    }

    /**
     * Requeues a deletion that can succeed later. If the topic lacks the offset or does not exist,
     * the topic was possibly recreated, and the old offset must never be retried.
     */
    private void onFailed(TopicPartition partition, long offset, Throwable cause) {
        if (cause instanceof RetriableException
                && !(cause instanceof UnknownTopicOrPartitionException)) {
            deletions.onFailed(partition, offset);
        }
        String kind = cause.getClass().getSimpleName();
        if (loggedKinds.add(kind)) {
            LOG.atWarn()
                    .addKeyValue("partition", partition)
                    .log("finished jobs cannot be deleted: {}: {}", kind, cause.getMessage());
        }
    }
}
