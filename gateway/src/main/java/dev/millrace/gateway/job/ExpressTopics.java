package dev.millrace.gateway.job;

import dev.millrace.gateway.serving.GroupMembers;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Knows the topics of the express lane that calls can be written to: they exist, this user may
 * write them, and workers read all of their partitions. Thread-safe; never blocks.
 */
final class ExpressTopics implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    /** Interval while a wanted topic cannot be used. */
    private static final Duration UNUSABLE_INTERVAL = Duration.ofSeconds(5);

    /** A topic stays usable for this long without readers, as in a rebalance. */
    private static final Duration WITHOUT_READERS = Duration.ofMinutes(1);

    /** Time without a topic that has refused a record. */
    private static final Duration AFTER_REFUSAL = Duration.ofMinutes(1);

    private final Admin admin;
    private final String readers;
    private final Set<String> all;
    private final LongSupplier nanoTicker;

    private final Set<String> usable = ConcurrentHashMap.newKeySet();

    /** Topics without readers, with the start of the first look that found none. */
    private final Map<String, Long> unreadNanos = new ConcurrentHashMap<>();

    /** Topics that have refused a record, with the time of the last one. */
    private final Map<String, Long> refusedNanos = new ConcurrentHashMap<>();

    /** Guarded by this object. */
    private long lookedNanos;

    /**
     * Creates the object and starts to look for the topics.
     *
     * @param admin closed with this object
     * @param readers consumer group of the workers
     * @param all names of the topics; they need not exist
     */
    ExpressTopics(Admin admin, String readers, Set<String> all, LongSupplier nanoTicker) {
        this.admin = admin;
        this.readers = readers;
        this.all = Set.copyOf(all);
        this.nanoTicker = nanoTicker;
        lookedNanos = nanoTicker.getAsLong();
        look(lookedNanos);
    }

    /** Returns true if calls can be written to the topic. Starts a look if one is due. */
    boolean isUsable(String topic) {
        return lookedFor(usable.contains(topic));
    }

    /** Returns true if calls can be written to some topic. Starts a look if one is due. */
    boolean isAnyUsable() {
        return lookedFor(!usable.isEmpty());
    }

    private boolean lookedFor(boolean isUsable) {
        long now = nanoTicker.getAsLong();
        if (isLookDue(isUsable ? INTERVAL : UNUSABLE_INTERVAL, now)) {
            look(now);
        }
        return isUsable;
    }

    private synchronized boolean isLookDue(Duration interval, long now) {
        boolean isDue = now - lookedNanos >= interval.toNanos();
        if (isDue) {
            lookedNanos = now;
        }
        return isDue;
    }

    private void look(long now) {
        if (all.isEmpty()) {
            return;
        }
        CompletableFuture<GroupMembers> group = GroupMembers.read(admin, readers);
        var topics =
                admin.describeTopics(
                                all, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                        .topicNameValues();
        var _ =
                group.whenComplete(
                        (it, failure) -> {
                            GroupMembers read = failure == null ? it : GroupMembers.NONE;
                            topics.forEach(
                                    (topic, answer) ->
                                            onAnswer(topic, answer, read.partitions(topic), now));
                        });
    }

    private void onAnswer(
            String topic, KafkaFuture<TopicDescription> answer, Set<Integer> read, long now) {
        var _ =
                answer.whenComplete(
                        (it, failure) -> {
                            if (failure == null ? !mayWrite(it) : isMissing(failure)) {
                                usable.remove(topic);
                            } else if (failure == null) {
                                onFound(topic, isRead(it, read), now);
                            }
                        });
    }

    private void onFound(String topic, boolean isRead, long now) {
        if (!isRead) {
            long since = unreadNanos.computeIfAbsent(topic, _ -> now);
            if (now - since >= WITHOUT_READERS.toNanos()) {
                usable.remove(topic);
            }
            return;
        }
        unreadNanos.remove(topic);
        Long refused = refusedNanos.get(topic);
        if (refused == null || now - refused >= AFTER_REFUSAL.toNanos()) {
            usable.add(topic);
        }
    }

    private static boolean isRead(TopicDescription topic, Set<Integer> read) {
        return topic.partitions().stream()
                .allMatch(it -> it.leader() != null && read.contains(it.partition()));
    }

    /** Brokers without access control, and some compatible brokers, report no operations. */
    private static boolean mayWrite(TopicDescription topic) {
        Set<AclOperation> allowed = topic.authorizedOperations();
        return allowed == null || allowed.isEmpty() || allowed.contains(AclOperation.WRITE);
    }

    private static boolean isMissing(@Nullable Throwable failure) {
        return failure instanceof UnknownTopicOrPartitionException
                || !(failure instanceof RetriableException);
    }

    /** Records that a topic has refused a record. */
    void onRefused(String topic) {
        refusedNanos.put(topic, nanoTicker.getAsLong());
        usable.remove(topic);
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
