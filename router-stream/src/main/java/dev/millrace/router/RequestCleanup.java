package dev.millrace.router;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
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
    private boolean isFailing;

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
            isFailing = false;
        } catch (ExecutionException | TimeoutException e) {
            LOG.atDebug()
                    .addKeyValue("problem", String.valueOf(e.getMessage()))
                    .log("Requests that were routed could not be deleted; tried again later");
        } catch (RuntimeException e) {
            onUnexpected(e);
        }
    }

    /** Told once, not with each turn. */
    private void onUnexpected(RuntimeException e) {
        if (!isFailing) {
            isFailing = true;
            LOG.atError().setCause(e).log("Requests that were routed stay; tried again later");
        }
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
