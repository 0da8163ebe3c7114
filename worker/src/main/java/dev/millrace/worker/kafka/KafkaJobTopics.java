package dev.millrace.worker.kafka;

import dev.millrace.worker.port.JobTopics;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnstableOffsetCommitException;
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
    public CompletableFuture<Committed> committed(TopicPartition partition) {
        deletions.forget(partition);
        return ask(
                "what is committed for " + partition,
                client -> {
                    Committed committed = committed(partition, client);
                    topicIds.put(partition, committed.topicId());
                    return committed;
                });
    }

    private Committed committed(TopicPartition partition, Admin client)
            throws ExecutionException, InterruptedException {
        String group = settings.groupId();
        var spec = new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(partition));
        var offsets =
                client.listConsumerGroupOffsets(Map.of(group, spec), stableOffsets())
                        .partitionsToOffsetAndMetadata(group)
                        .get();
        // Without a commit the value is null. The entry is missing while a transaction hides it.
        if (!offsets.containsKey(partition)) {
            throw new UnstableOffsetCommitException("an open transaction may change it");
        }
        // The id is requested last, so that it differs if the topic was recreated after the
        // offset was read.
        var topic = client.describeTopics(List.of(partition.topic())).allTopicNames().get();
        String id = Objects.requireNonNull(topic.get(partition.topic())).topicId().toString();
        return new Committed(id, offsets.get(partition));
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

    private static ListConsumerGroupOffsetsOptions stableOffsets() {
        return new ListConsumerGroupOffsetsOptions().requireStable(true);
    }

    /** Returns an answer once, because a later request may have another answer. */
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
