package dev.millrace.router;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Knows which topics can be written to, and up to which size. A record for a topic that is missing
 * or refuses it would hold up all others, so a model without such topics is not in service.
 *
 * <p>Looks again every 30 s, and within a second when a topic is missing or has refused a record.
 * Used by all stream threads, never blocks them.
 */
final class TopicsInService {
    private static final Duration FIRST_LOOK = Duration.ofSeconds(30);
    private static final long SOON_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long REGULAR_NANOS = Duration.ofSeconds(30).toNanos();

    /** For how long it is kept in mind that a topic refused a record. */
    static final long AVOID_NANOS = Duration.ofSeconds(60).toNanos();

    /**
     * How long after its first failure a topic may still fail transactions that were begun before.
     */
    static final long SETTLE_NANOS = Duration.ofSeconds(15).toNanos();

    private final TopicDirectory directory;
    private final Topics topics;
    private final LongSupplier nanoTicker;
    private final AtomicLong lastLookNanos;
    private final Map<String, Refusal> refusals = new ConcurrentHashMap<>();
    private final Map<String, TooLarge> tooLarge = new ConcurrentHashMap<>();

    /** Time of each topic's first failure; forgotten after {@link #AVOID_NANOS}. */
    private final Map<String, Long> firstFailures = new ConcurrentHashMap<>();

    /** Held until Streams has passed them to the handler of dying threads. */
    private final Set<Throwable> excused =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private volatile Map<String, TopicDirectory.Topic> existing;

    private record Refusal(long atNanos, String reason) {}

    private record TooLarge(long atNanos, int bytes) {}

    private TopicsInService(
            TopicDirectory directory,
            Topics topics,
            LongSupplier nanoTicker,
            Map<String, TopicDirectory.Topic> found) {
        this.directory = directory;
        this.topics = topics;
        this.nanoTicker = nanoTicker;
        lastLookNanos = new AtomicLong(nanoTicker.getAsLong());
        existing = found;
    }

    /**
     * Looks for the first time, and waits for it.
     *
     * @throws RouterStartException when the cluster does not answer
     */
    static TopicsInService look(TopicDirectory directory, Topics topics, LongSupplier nanoTicker) {
        try {
            var found =
                    directory
                            .look()
                            .toCompletableFuture()
                            .get(FIRST_LOOK.toMillis(), TimeUnit.MILLISECONDS);
            return new TopicsInService(directory, topics, nanoTicker, found);
        } catch (ExecutionException | TimeoutException e) {
            throw new RouterStartException("The cluster does not answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RouterStartException("The start was interrupted", e);
        }
    }

    /** The names of all topics that the last look has found. */
    Set<String> names() {
        return existing.keySet();
    }

    /**
     * Checks that topics exist without which there is nothing to do.
     *
     * @throws RouterStartException naming those that are missing
     */
    void require(Set<String> names) {
        var missing = new TreeSet<>(names);
        missing.removeAll(existing.keySet());
        if (!missing.isEmpty()) {
            throw new RouterStartException(
                    "These topics do not exist: "
                            + String.join(", ", missing)
                            + "; \"millrace topics apply\" creates them",
                    new UnknownTopicOrPartitionException(missing.toString()));
        }
    }

    /**
     * Checks that the end of a job can stand in the partition that its request stood in.
     *
     * @throws RouterStartException when a request topic has more partitions than the costs topic
     */
    void requireRoomForEnds(Set<String> requestTopics) {
        int ends = partitionsOf(topics.costs());
        for (String name : new TreeSet<>(requestTopics)) {
            if (partitionsOf(name) > ends) {
                throw new RouterStartException(
                        name
                                + " has "
                                + partitionsOf(name)
                                + " partitions, more than the "
                                + ends
                                + " of "
                                + topics.costs()
                                + "; the router would not see its jobs end. Add partitions to "
                                + topics.costs()
                                + " and "
                                + topics.results()
                                + ", before there is anything in them");
            }
        }
    }

    /** The partitions of that one of these topics that has the most; at least 1. */
    int mostPartitions(Set<String> names) {
        return names.stream().mapToInt(this::partitionsOf).reduce(1, Math::max);
    }

    private int partitionsOf(String name) {
        var topic = existing.get(name);
        return topic == null ? 0 : topic.partitions();
    }

    /**
     * Why jobs cannot be routed to a model; empty when they can. Its normal lane is enough: without
     * the other one its jobs stay there.
     */
    Optional<String> reasonAgainst(Model model) {
        lookAgainAfter(REGULAR_NANOS);
        String topic = topics.jobs(model.name(), Lane.NORMAL);
        if (!existing.containsKey(topic)) {
            lookAgainAfter(SOON_NANOS);
            return Optional.of("it has no topics");
        }
        Refusal refusal = refusals.get(topic);
        return refusal != null && isRecent(refusal.atNanos())
                ? Optional.of("its topic refuses records: " + refusal.reason())
                : Optional.empty();
    }

    private boolean isRecent(long atNanos) {
        return nanoTicker.getAsLong() - atNanos < AVOID_NANOS;
    }

    /**
     * The most bytes that a batch of one record may have: 0 when the topic is missing or refuses
     * records, the largest number when its limit is not known.
     */
    int maxRecordBytes(String topic) {
        var found = existing.get(topic);
        Refusal refusal = refusals.get(topic);
        if (found == null || (refusal != null && isRecent(refusal.atNanos()))) {
            lookAgainAfter(SOON_NANOS);
            return 0;
        }
        TooLarge refused = tooLarge.get(topic);
        return refused != null && isRecent(refused.atNanos())
                ? Math.min(found.maxRecordBytes(), refused.bytes() - 1)
                : found.maxRecordBytes();
    }

    /** A topic has refused a record of that many bytes for its size. */
    void onTooLarge(String topic, int bytes, Exception failure) {
        TooLarge before = tooLarge.put(topic, new TooLarge(nanoTicker.getAsLong(), bytes));
        boolean isSmaller = before != null && bytes < before.bytes();
        if (topics.isJobTopic(topic) && (isNew(topic) || isSmaller)) {
            excused.add(failure);
        }
        lookAgainAfter(0);
    }

    /**
     * Topics have refused a record for what they are and not for what the record is.
     *
     * @return whether the failure is excused, see {@link #isExcused}
     */
    boolean onRefused(Set<String> names, Exception failure) {
        boolean isExcused = !names.isEmpty() && names.stream().allMatch(topics::isJobTopic);
        for (String name : names) {
            isExcused &= isNew(name);
            refusals.put(
                    name,
                    new Refusal(nanoTicker.getAsLong(), String.valueOf(failure.getMessage())));
        }
        lookAgainAfter(SOON_NANOS);
        return isExcused;
    }

    /** A topic has not taken a record in time: perhaps there is none of that name any more. */
    void onTimeout(String topic, Exception failure) {
        if (topics.isJobTopic(topic) && isNew(topic)) {
            excused.add(failure);
        }
        lookAgainAfter(SOON_NANOS);
    }

    /**
     * Returns true for a failure that a topic of jobs has caused for the first time in a while, or
     * soon after the first time, when transactions of before still end with it. Its records do not
     * go to that topic when they are worked on again.
     */
    boolean isExcused(Throwable failure) {
        return excused.contains(failure);
    }

    private boolean isNew(String topic) {
        long now = nanoTicker.getAsLong();
        long first =
                firstFailures.merge(
                        topic, now, (before, _) -> now - before < AVOID_NANOS ? before : now);
        return now - first < SETTLE_NANOS;
    }

    private void lookAgainAfter(long nanos) {
        long now = nanoTicker.getAsLong();
        long last = lastLookNanos.get();
        if (now - last >= nanos && lastLookNanos.compareAndSet(last, now)) {
            var _ =
                    directory
                            .look()
                            .whenComplete(
                                    (found, failure) -> {
                                        if (found != null) {
                                            existing = found;
                                        }
                                    });
        }
    }
}
