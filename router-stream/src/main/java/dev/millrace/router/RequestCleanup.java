package dev.millrace.router;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes requests that have been routed, up to the committed offset of each partition, since
 * request topics expire nothing by themselves. Every router may do it for all.
 *
 * <p>Runs on a thread of its own; whatever goes wrong is tried again with the next turn.
 */
final class RequestCleanup implements AutoCloseable {
    static final Duration EVERY = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(RequestCleanup.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Admin admin;
    private final String group;
    private final Set<String> requestTopics;
    private final Map<TopicPartition, Long> deleted = new HashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile Optional<String> problem = Optional.empty();

    RequestCleanup(Admin admin, String group, Set<String> requestTopics) {
        this.admin = admin;
        this.group = group;
        this.requestTopics = Set.copyOf(requestTopics);
        thread = Thread.ofVirtual().name("request-cleanup").unstarted(this::run);
    }

    static RequestCleanup start(Admin admin, String group, Set<String> requestTopics) {
        var cleanup = new RequestCleanup(admin, group, requestTopics);
        cleanup.thread.start();
        return cleanup;
    }

    private void run() {
        try {
            while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                runOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void runOnce() throws InterruptedException {
        try {
            Map<TopicPartition, Long> due = due(committed());
            if (!due.isEmpty()) {
                delete(due);
                deleted.putAll(due);
            }
            problem = Optional.empty();
        } catch (ExecutionException e) {
            onFailure(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException | RuntimeException e) {
            onFailure(e);
        }
    }

    private void onFailure(Throwable failure) {
        if (mayPass(failure)) {
            LOG.atDebug()
                    .addKeyValue("problem", String.valueOf(failure.getMessage()))
                    .log("Requests that were routed could not be deleted; tried again later");
            return;
        }
        if (problem.isEmpty()) {
            // Told once, not with each turn; what Kafka refuses is no fault of ours.
            LOG.atWarn()
                    .setCause(failure instanceof KafkaException ? null : failure)
                    .addKeyValue("problem", String.valueOf(failure.getMessage()))
                    .log("Requests that were routed stay; tried again later");
        }
        problem =
                Optional.of("requests that were routed cannot be deleted: " + failure.getMessage());
    }

    private static boolean mayPass(Throwable failure) {
        return failure instanceof TimeoutException
                || failure instanceof RetriableException
                || failure instanceof GroupIdNotFoundException;
    }

    /** Why what was routed stays, for a person: a right that is missing, say; from any thread. */
    Optional<String> problem() {
        return problem;
    }

    private Map<TopicPartition, OffsetAndMetadata> committed()
            throws InterruptedException, ExecutionException, TimeoutException {
        return admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Map<TopicPartition, Long> due(Map<TopicPartition, OffsetAndMetadata> committed) {
        Map<TopicPartition, Long> due = new HashMap<>();
        committed.forEach(
                (partition, offset) -> {
                    if (offset != null
                            && requestTopics.contains(partition.topic())
                            && offset.offset() > deleted.getOrDefault(partition, 0L)) {
                        due.put(partition, offset.offset());
                    }
                });
        return due;
    }

    private void delete(Map<TopicPartition, Long> due)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, RecordsToDelete> below = new HashMap<>();
        due.forEach(
                (partition, offset) -> below.put(partition, RecordsToDelete.beforeOffset(offset)));
        var _ = admin.deleteRecords(below).all().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }
}
