package dev.millrace.router;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
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
 * Deletes requests that have been routed, up to the committed offset of each partition, since
 * request topics expire nothing by themselves. Every router may do it for all.
 *
 * <p>Nothing is deleted from a topic that is created again while the router runs: a committed
 * offset may be one of the old topic, and the requests below it are unread.
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

    /** Of each request topic, as the first look found it. */
    private final Map<String, Uuid> topicIds = new HashMap<>();

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
            do {
                runOnce();
            } while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void runOnce() throws InterruptedException {
        try {
            Map<TopicPartition, Long> due = due(committed());
            Set<String> recreated = recreatedTopics();
            due.keySet().removeIf(it -> recreated.contains(it.topic()));
            if (!due.isEmpty()) {
                delete(due);
                deleted.putAll(due);
            }
            tell(recreated);
        } catch (ExecutionException e) {
            onFailure(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException | RuntimeException e) {
            onFailure(e);
        }
    }

    private void tell(Set<String> recreated) {
        if (recreated.isEmpty()) {
            problem = Optional.empty();
            return;
        }
        String text =
                String.join(", ", recreated)
                        + " was deleted and created again while the router runs: some of its requests may"
                        + " have been skipped, and none is deleted. Stop all routers, reset the offsets"
                        + " of group "
                        + group
                        + " to the earliest for it, and start them again";
        if (!problem.equals(Optional.of(text))) {
            LOG.atError().log(text);
        }
        problem = Optional.of(text);
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

    /** Returns the request topics whose id is not that of the first look. */
    private Set<String> recreatedTopics()
            throws InterruptedException, ExecutionException, TimeoutException {
        Set<String> recreated = new TreeSet<>();
        admin.describeTopics(requestTopics)
                .allTopicNames()
                .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
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
