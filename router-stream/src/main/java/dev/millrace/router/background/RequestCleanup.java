package dev.millrace.router.background;

import dev.millrace.contracts.service.StoppableThread;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the records that only routers read: routed requests, lookups and answers, up to the
 * committed offset of each partition, since their topics never expire records. Each router deletes
 * them in all partitions.
 *
 * <p>It deletes nothing from a topic that was recreated while the router runs: a committed offset
 * can belong to the old topic, and the requests below it can be unread.
 *
 * <p>Runs on a dedicated thread; a failed run is repeated after the interval.
 */
public final class RequestCleanup implements AutoCloseable {
    static final Duration INTERVAL = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(RequestCleanup.class);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

    private final Admin admin;
    private final String group;
    private final Set<String> requestTopics;
    private final Map<TopicPartition, Long> deletedBefore = new HashMap<>();

    /** The id of each request topic when this cleanup first saw it. */
    private final Map<String, Uuid> topicIds = new HashMap<>();

    private final StoppableThread thread =
            StoppableThread.nowAndEvery(INTERVAL, "request-cleanup", this::runOnce);
    private volatile Optional<String> problem = Optional.empty();

    RequestCleanup(Admin admin, String group, Set<String> requestTopics) {
        this.admin = admin;
        this.group = group;
        this.requestTopics = Set.copyOf(requestTopics);
    }

    public static RequestCleanup start(Admin admin, String group, Set<String> requestTopics) {
        var cleanup = new RequestCleanup(admin, group, requestTopics);
        cleanup.thread.start();
        return cleanup;
    }

    void runOnce() throws InterruptedException {
        try {
            Map<TopicPartition, Long> due = due(committed());
            Set<String> recreated = recreatedTopics();
            due.keySet().removeIf(it -> recreated.contains(it.topic()));
            if (!due.isEmpty()) {
                delete(due);
                deletedBefore.putAll(due);
            }
            report(recreated);
        } catch (ExecutionException e) {
            onFailure(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException | RuntimeException e) {
            onFailure(e);
        }
    }

    private void report(Set<String> recreated) {
        if (recreated.isEmpty()) {
            problem = Optional.empty();
            return;
        }
        String text =
                String.join(", ", recreated)
                        + " was deleted and created again while the router runs: the router may have"
                        + " skipped requests, and deletes none. Stop all routers, reset the offsets"
                        + " of group "
                        + group
                        + " for this topic to the earliest, and start one router with"
                        + " --accept-resend";
        if (!problem.equals(Optional.of(text))) {
            LOG.atError().log(text);
        }
        problem = Optional.of(text);
    }

    private void onFailure(Throwable failure) {
        if (isTransient(failure)) {
            LOG.atDebug()
                    .addKeyValue("problem", String.valueOf(failure.getMessage()))
                    .log("Cannot delete routed requests; will retry");
            return;
        }
        if (problem.isEmpty()) {
            // Logged once, not on each run; without a stack trace for failures of Kafka.
            LOG.atWarn()
                    .setCause(failure instanceof KafkaException ? null : failure)
                    .addKeyValue("problem", String.valueOf(failure.getMessage()))
                    .log("Cannot delete routed requests; will retry");
        }
        problem = Optional.of("routed requests cannot be deleted: " + failure.getMessage());
    }

    private static boolean isTransient(Throwable failure) {
        return failure instanceof TimeoutException
                || failure instanceof RetriableException
                || failure instanceof GroupIdNotFoundException;
    }

    /**
     * Returns why routed requests are not deleted, for example because a right is missing; empty
     * when they are. Any thread may call it.
     */
    public Optional<String> problem() {
        return problem;
    }

    /** Returns the request topics whose id has changed since the first run. */
    private Set<String> recreatedTopics()
            throws InterruptedException, ExecutionException, TimeoutException {
        Set<String> recreated = new TreeSet<>();
        admin.describeTopics(requestTopics)
                .allTopicNames()
                .get(REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .forEach(
                        (name, topic) -> {
                            Uuid first = topicIds.putIfAbsent(name, topic.topicId());
                            if (first != null && !first.equals(topic.topicId())) {
                                recreated.add(name);
                            }
                        });
        return recreated;
    }

    private Map<TopicPartition, OffsetAndMetadata> committed()
            throws InterruptedException, ExecutionException, TimeoutException {
        return admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get(REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Map<TopicPartition, Long> due(Map<TopicPartition, OffsetAndMetadata> committed) {
        Map<TopicPartition, Long> due = new HashMap<>();
        committed.forEach(
                (partition, offset) -> {
                    if (offset != null
                            && requestTopics.contains(partition.topic())
                            && offset.offset() > deletedBefore.getOrDefault(partition, 0L)) {
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
        var _ =
                admin.deleteRecords(below)
                        .all()
                        .get(REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
