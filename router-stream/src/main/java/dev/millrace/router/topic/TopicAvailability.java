package dev.millrace.router.topic;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.kafka.AccessFailure;
import dev.millrace.contracts.topic.KeyPartitions;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.failure.RouterStartException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Tracks which topics accept records, and up to which size. A record for a missing or rejecting
 * topic would block all others, so the jobs of a model with such a topic wait.
 *
 * <p>A normal lane's topic that the user can no longer see or write is different: its model stays
 * in service, and the router pauses, see {@link #refusal}. Otherwise a change of rights would end
 * the jobs of all models.
 *
 * <p>Lists the topics every 30 s, and within a second after a topic was missing or rejected a
 * record. Shared by all stream threads; never blocks them.
 */
public final class TopicAvailability {
    private static final Duration LOAD_TIMEOUT = Duration.ofSeconds(30);
    private static final long FAST_REFRESH_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long REFRESH_NANOS = Duration.ofSeconds(30).toNanos();

    /** Time for which the router avoids a topic that rejected a record. */
    static final long AVOID_NANOS = Duration.ofSeconds(60).toNanos();

    /**
     * Time after a topic's first failure in which further failures are expected: they end
     * transactions that began before the router avoided the topic.
     */
    public static final long GRACE_NANOS = Duration.ofSeconds(15).toNanos();

    private final TopicDirectory directory;
    private final Topics topics;
    private final LongSupplier nanoTicker;
    private final AtomicLong lastRefreshNanos;
    private final Map<String, TopicRejection> rejections = new ConcurrentHashMap<>();
    private final Map<String, TooLarge> tooLarge = new ConcurrentHashMap<>();

    /** Time of each topic's first failure; replaced after {@link #AVOID_NANOS}. */
    private final Map<String, Long> firstFailures = new ConcurrentHashMap<>();

    /** Excused failures, until Streams has passed them to the handler of dead threads. */
    private final Set<Throwable> excused =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /** Includes the refused topics, as the cluster showed them last. */
    private volatile Map<String, TopicDirectory.Topic> existing;

    private volatile Set<String> refused = Set.of();

    private record TopicRejection(long atNanos, String reason, boolean isRefusal) {}

    private record TooLarge(long atNanos, int bytes) {}

    private TopicAvailability(
            TopicDirectory directory,
            Topics topics,
            LongSupplier nanoTicker,
            Map<String, TopicDirectory.Topic> found) {
        this.directory = directory;
        this.topics = topics;
        this.nanoTicker = nanoTicker;
        lastRefreshNanos = new AtomicLong(nanoTicker.getAsLong());
        existing = found;
    }

    /**
     * Lists the topics for the first time, and waits for the answer.
     *
     * @throws RouterStartException when the cluster does not answer
     */
    public static TopicAvailability load(
            TopicDirectory directory, Topics topics, LongSupplier nanoTicker) {
        try {
            var found =
                    directory
                            .list(Set.of())
                            .toCompletableFuture()
                            .get(LOAD_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            return new TopicAvailability(directory, topics, nanoTicker, found.topics());
        } catch (ExecutionException e) {
            throw new RouterStartException("The cluster does not answer: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new RouterStartException(
                    "The cluster does not answer: no list of topics within "
                            + LOAD_TIMEOUT.toSeconds()
                            + " s",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RouterStartException("The start was interrupted", e);
        }
    }

    /** Returns the names of all topics in the last listing. */
    public Set<String> names() {
        return existing.keySet();
    }

    /** Lists the topics again, since one was created. The stage ends with the listing. */
    public CompletionStage<Void> refresh() {
        lastRefreshNanos.set(nanoTicker.getAsLong());
        return list();
    }

    /**
     * Checks that required topics exist.
     *
     * @throws RouterStartException naming the missing topics
     */
    public void require(Set<String> names) {
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
     * Checks the topics that have a partition for each partition of jobs, since a record of a job
     * goes to the partition number of its request.
     *
     * @param needed partitions of jobs, see {@link #jobPartitions}
     * @throws RouterStartException naming the first topic with fewer partitions
     */
    public void requireEnoughPartitions(int needed) {
        require(topics.costs(), needed, "the router would not see its jobs end");
        require(topics.retrieved(), needed, "jobs that return to the router would be lost");
    }

    /**
     * Checks that a topic has enough partitions.
     *
     * @param effect what happens to jobs if it has fewer
     * @throws RouterStartException if it has fewer
     */
    public void require(String name, int needed, String effect) {
        if (partitions(name) < needed) {
            throw new RouterStartException(
                    "%s has %d partitions, less than the %d of the request topics; %s. Add partitions to it, or set topics.partitions to %d"
                            .formatted(name, partitions(name), needed, effect, partitions(name)));
        }
    }

    /**
     * Returns the number of partitions that have the jobs of a request topic. Partitions that were
     * added to the topic have none: the state of a job is in a partition that follows from its id
     * and this number, so a larger number would forget repeats.
     */
    public int jobPartitions(String requestTopic, KeyPartitions keys) {
        return keys.count(partitions(requestTopic));
    }

    /** Returns the largest partition count of the given topics, at least 1. */
    public int maxPartitions(Set<String> names) {
        return names.stream().mapToInt(this::partitions).reduce(1, Math::max);
    }

    /** Returns the number of partitions of a topic, 0 if it does not exist. */
    public int partitions(String name) {
        var topic = existing.get(name);
        return topic == null ? 0 : topic.partitions();
    }

    /**
     * Returns why jobs of a model wait; empty when they can be routed. A model needs only the topic
     * of its normal lane, which takes the jobs of the lanes without a topic.
     */
    public Optional<String> unavailableReason(Model model) {
        refreshAfter(REFRESH_NANOS);
        String topic = topics.jobs(model.name(), Lane.NORMAL);
        if (!existing.containsKey(topic)) {
            refreshAfter(FAST_REFRESH_NANOS);
            return Optional.of(
                    "the topic " + topic + " does not exist; \"millrace topics apply\" creates it");
        }
        return rejection(topic)
                .map(it -> "the topic " + topic + " rejects records: " + it.reason());
    }

    /**
     * Returns why routing has stopped: the user has lost its rights on the topic of a model's
     * normal lane. Empty while the user has them.
     */
    public Optional<String> refusal() {
        var names = new TreeSet<>(refused);
        rejections.forEach(
                (name, rejection) -> {
                    if (rejection.isRefusal() && isRecent(rejection.atNanos())) {
                        names.add(name);
                    }
                });
        if (names.isEmpty()) {
            return Optional.empty();
        }
        refreshAfter(FAST_REFRESH_NANOS);
        return AccessFailure.explain(new TopicAuthorizationException(names));
    }

    /** Returns the recent rejection of a topic that the router avoids. */
    private Optional<TopicRejection> rejection(String topic) {
        return Optional.ofNullable(rejections.get(topic))
                .filter(it -> !it.isRefusal() && isRecent(it.atNanos()));
    }

    private boolean isNormalLane(String topic) {
        return topics.isJobTopic(topic) && topic.endsWith("." + Lane.NORMAL.word());
    }

    private boolean isRecent(long atNanos) {
        return nanoTicker.getAsLong() - atNanos < AVOID_NANOS;
    }

    /**
     * Returns the size limit for a batch of one record: 0 when the topic is missing or rejects
     * records, {@link Integer#MAX_VALUE} when its limit is unknown.
     */
    public int maxRecordBytes(String topic) {
        var found = existing.get(topic);
        if (found == null || rejection(topic).isPresent()) {
            refreshAfter(FAST_REFRESH_NANOS);
            return 0;
        }
        TooLarge rejected = tooLarge.get(topic);
        return rejected != null && isRecent(rejected.atNanos())
                ? Math.min(found.maxRecordBytes(), rejected.bytes() - 1)
                : found.maxRecordBytes();
    }

    /** Records that a topic rejected a record for its size in bytes. */
    public void onTooLarge(String topic, int bytes, Exception failure) {
        TooLarge before = tooLarge.put(topic, new TooLarge(nanoTicker.getAsLong(), bytes));
        boolean isSmaller = before != null && bytes < before.bytes();
        if (topics.isJobTopic(topic) && (isNew(topic) || isSmaller)) {
            excused.add(failure);
        }
        refreshAfter(0);
    }

    /**
     * Records that topics rejected a record because of their name or ACL, not because of the
     * record.
     *
     * @return whether the failure is excused, see {@link #isExcused}
     */
    public boolean onRejected(Set<String> names, Exception failure) {
        boolean isExcused = !names.isEmpty() && names.stream().allMatch(topics::isJobTopic);
        for (String name : names) {
            isExcused &= isNew(name);
            rejections.put(
                    name,
                    new TopicRejection(
                            nanoTicker.getAsLong(),
                            String.valueOf(failure.getMessage()),
                            failure instanceof TopicAuthorizationException && isNormalLane(name)));
        }
        refreshAfter(FAST_REFRESH_NANOS);
        return isExcused;
    }

    /** Records that a topic did not accept a record in time, perhaps because it was deleted. */
    public void onTimeout(String topic, Exception failure) {
        if (topics.isJobTopic(topic) && isNew(topic)) {
            excused.add(failure);
        }
        refreshAfter(FAST_REFRESH_NANOS);
    }

    /**
     * Returns true for the first failure that a job topic has caused within {@link #AVOID_NANOS},
     * and for its further failures within {@link #GRACE_NANOS}, which end transactions that began
     * earlier. When the records are processed again, they avoid that topic.
     */
    public boolean isExcused(Throwable failure) {
        return excused.contains(failure);
    }

    private boolean isNew(String topic) {
        long now = nanoTicker.getAsLong();
        long first =
                firstFailures.merge(
                        topic, now, (before, _) -> now - before < AVOID_NANOS ? before : now);
        return now - first < GRACE_NANOS;
    }

    private void refreshAfter(long nanos) {
        long now = nanoTicker.getAsLong();
        long last = lastRefreshNanos.get();
        if (now - last >= nanos && lastRefreshNanos.compareAndSet(last, now)) {
            var _ = list();
        }
    }

    private CompletionStage<Void> list() {
        Map<String, TopicDirectory.Topic> before = existing;
        Set<String> known =
                before.keySet().stream()
                        .filter(this::isNormalLane)
                        .collect(Collectors.toUnmodifiableSet());
        return directory
                .list(known)
                .handle(
                        (found, _) -> {
                            if (found != null) {
                                onListed(before, found);
                            }
                            return null;
                        });
    }

    private void onListed(Map<String, TopicDirectory.Topic> before, TopicDirectory.Listing found) {
        Map<String, TopicDirectory.Topic> now = new HashMap<>(before);
        now.keySet().retainAll(found.refused());
        now.putAll(found.topics());
        existing = Map.copyOf(now);
        refused = found.refused();
    }
}
