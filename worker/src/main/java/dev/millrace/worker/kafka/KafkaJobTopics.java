package dev.millrace.worker.kafka;

import dev.millrace.worker.port.JobTopics;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Requests metadata of the job topics. The loop's thread only passes on requests and collects
 * answers; the admin client is used on virtual threads.
 */
public final class KafkaJobTopics implements JobTopics {
    private final ClientSettings settings;
    private final ControlTopic control;
    private final SharedAdmin admin;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("millrace-topics-", 0).factory());
    private final CompletableFuture<Limits> limits;
    private final DeletionQueue deletions = new DeletionQueue();
    private final DeletionRunner deletionRunner;
    private final CommittedOffsets committedOffsets;
    private @Nullable PendingLookup pendingLookup;

    /** Topic ids by partition, as of the last request for the partition's offset. */
    private final Map<TopicPartition, String> topicIds = new ConcurrentHashMap<>();

    private KafkaJobTopics(ClientSettings settings, String controlTopic, MeterRegistry registry) {
        this.settings = settings;
        this.control = new ControlTopic(settings, controlTopic);
        this.admin = new SharedAdmin(settings.admin());
        this.deletionRunner =
                new DeletionRunner(
                        deletions,
                        admin,
                        topicIds,
                        registry.counter("millrace.worker.deleted.steps"));
        this.committedOffsets = new CommittedOffsets(settings.groupId(), admin, threads, topicIds);
        this.limits = CompletableFuture.supplyAsync(new BrokerLimits(settings, admin), threads);
    }

    /**
     * Starts to request the broker's limits, and returns at once.
     *
     * @param controlTopic the topic with the markers of first use
     */
    public static KafkaJobTopics open(
            ClientSettings settings, String controlTopic, MeterRegistry registry) {
        return new KafkaJobTopics(settings, controlTopic, registry);
    }

    @Override
    public Optional<Limits> limits() {
        return Optional.ofNullable(limits.getNow(null));
    }

    @Override
    public Map<TopicPartition, CompletableFuture<Committed>> committed(
            Set<TopicPartition> partitions) {
        partitions.forEach(deletions::forget);
        return committedOffsets.of(partitions);
    }

    @Override
    public CompletableFuture<Map<String, Optional<String>>> ids(Set<String> topics) {
        return ask(
                "which topics were deleted or created again",
                client -> TopicIds.of(topics, client));
    }

    private <T> CompletableFuture<T> ask(String about, RetriedLookup.Attempt<T> attempt) {
        var lookup = new RetriedLookup<>(about, attempt, admin);
        threads.execute(lookup);
        return lookup.answer();
    }

    /** Returns an answer once, because a later request can have another answer. */
    @Override
    public Optional<Map<TopicPartition, MissingOffset>> missingOffsets(
            Set<TopicPartition> partitions) {
        var current = pendingLookup;
        if (current == null || !current.partitions.equals(partitions)) {
            if (current != null) {
                current.thread.cancel(true);
            }
            pendingLookup = ask(partitions);
            return Optional.empty();
        }
        var answer = Optional.ofNullable(current.answer.getNow(null));
        if (answer.isPresent()) {
            pendingLookup = null;
        }
        return answer;
    }

    private PendingLookup ask(Set<TopicPartition> partitions) {
        var lookup =
                new RetriedLookup<>(
                        "which partitions were in use",
                        new UncommittedOffsetLookup(partitions, settings.groupId(), control),
                        admin);
        return new PendingLookup(Set.copyOf(partitions), lookup.answer(), threads.submit(lookup));
    }

    private record PendingLookup(
            Set<TopicPartition> partitions,
            CompletableFuture<Map<TopicPartition, MissingOffset>> answer,
            Future<?> thread) {}

    @Override
    public void deleteBelow(Map<TopicPartition, Long> offsets) {
        if (deletions.add(offsets)) {
            threads.execute(deletionRunner);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        admin.close();
    }
}
