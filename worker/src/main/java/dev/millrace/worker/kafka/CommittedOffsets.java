package dev.millrace.worker.kafka;

import dev.millrace.worker.port.JobTopics.Committed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnstableOffsetCommitException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up the committed offsets of newly assigned partitions. One first request asks for all of
 * them. Each partition without an answer then has separate, retried lookups, so that an open
 * transaction or a missing topic delays no other partition.
 */
final class CommittedOffsets {
    private static final Logger LOG = LoggerFactory.getLogger(CommittedOffsets.class);

    private final String group;
    private final SharedAdmin admin;
    private final ExecutorService threads;
    private final Map<TopicPartition, String> topicIds;

    /**
     * @param threads runs each lookup on a separate thread
     * @param topicIds thread-safe; receives the id of a partition's topic before the answer
     */
    CommittedOffsets(
            String group,
            SharedAdmin admin,
            ExecutorService threads,
            Map<TopicPartition, String> topicIds) {
        this.group = group;
        this.admin = admin;
        this.threads = threads;
        this.topicIds = topicIds;
    }

    /** Requests committed offsets, and returns an answer for each partition at once. */
    Map<TopicPartition, CompletableFuture<Committed>> of(Set<TopicPartition> partitions) {
        var answers = new HashMap<TopicPartition, CompletableFuture<Committed>>();
        partitions.forEach(it -> answers.put(it, new CompletableFuture<>()));
        threads.execute(() -> lookUpTogether(answers));
        return Map.copyOf(answers);
    }

    private void lookUpTogether(Map<TopicPartition, CompletableFuture<Committed>> answers) {
        try {
            var found = committed(answers.keySet(), admin.get());
            answers.forEach((partition, answer) -> complete(partition, answer, found));
        } catch (ExecutionException | KafkaException e) {
            if (!(e instanceof InterruptException)) {
                LOG.atDebug().log("committed offsets are looked up one by one: {}", e.toString());
                answers.forEach((partition, answer) -> complete(partition, answer, Map.of()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // Makes the loop fail visibly.
            answers.values().forEach(it -> it.completeExceptionally(e));
        }
    }

    private void complete(
            TopicPartition partition,
            CompletableFuture<Committed> answer,
            Map<TopicPartition, Committed> found) {
        Committed committed = found.get(partition);
        if (committed == null) {
            lookUpAlone(partition, answer);
        } else {
            answer.complete(committed);
        }
    }

    private void lookUpAlone(TopicPartition partition, CompletableFuture<Committed> answer) {
        var lookup =
                new RetriedLookup<>(
                        "what is committed for " + partition,
                        client -> committed(partition, client),
                        admin,
                        answer);
        try {
            threads.execute(lookup);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().log("the worker is closing, so nothing is looked up");
        }
    }

    private Committed committed(TopicPartition partition, Admin client)
            throws ExecutionException, InterruptedException {
        var offsets = offsets(Set.of(partition), client);
        // Without a commit, the value is null. While a transaction hides the value, the entry is
        // missing.
        if (!offsets.containsKey(partition)) {
            throw new UnstableOffsetCommitException("an open transaction may change it");
        }
        // The id is requested last, so that it differs if the topic was recreated after the
        // offset was read.
        var topic = client.describeTopics(List.of(partition.topic())).allTopicNames().get();
        String id = Objects.requireNonNull(topic.get(partition.topic())).topicId().toString();
        return committed(partition, id, offsets.get(partition));
    }

    /** Returns the committed offsets of the partitions for which the cluster has an answer. */
    private Map<TopicPartition, Committed> committed(Set<TopicPartition> partitions, Admin client)
            throws ExecutionException, InterruptedException {
        var offsets = offsets(partitions, client);
        var topics =
                offsets.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
        var ids = TopicIds.of(topics, client);
        var found = new HashMap<TopicPartition, Committed>();
        offsets.forEach(
                (partition, offset) -> {
                    Optional<String> id = ids.getOrDefault(partition.topic(), Optional.empty());
                    if (id.isPresent()) {
                        found.put(partition, committed(partition, id.get(), offset));
                    }
                });
        return found;
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets(
            Set<TopicPartition> partitions, Admin client)
            throws ExecutionException, InterruptedException {
        var spec = new ListConsumerGroupOffsetsSpec().topicPartitions(partitions);
        var stable = new ListConsumerGroupOffsetsOptions().requireStable(true);
        return client.listConsumerGroupOffsets(Map.of(group, spec), stable)
                .partitionsToOffsetAndMetadata(group)
                .get();
    }

    private Committed committed(
            TopicPartition partition, String topicId, @Nullable OffsetAndMetadata offset) {
        topicIds.put(partition, topicId);
        return new Committed(topicId, offset);
    }
}
