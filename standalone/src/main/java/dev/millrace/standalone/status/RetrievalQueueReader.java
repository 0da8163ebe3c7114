package dev.millrace.standalone.status;

import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.client.RecordCount;
import dev.millrace.standalone.client.RecordCounter;
import dev.millrace.standalone.client.RecordCounter.Range;
import dev.millrace.standalone.cluster.KafkaFutures;
import dev.millrace.standalone.cluster.TopicAdminException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Counts the jobs that wait for passages of documents. A pipeline that never had such a job costs
 * two requests.
 */
public final class RetrievalQueueReader {
    private final PipelineClient client;
    private final Admin admin;
    private final String group;
    private final LongSupplier nanoTicker;

    /**
     * Creates a reader.
     *
     * @param nanoTicker ticker for the timeout
     */
    public RetrievalQueueReader(PipelineClient client, Admin admin, LongSupplier nanoTicker) {
        this.client = client;
        this.admin = admin;
        group = client.topics().retrievalGroup();
        this.nanoTicker = nanoTicker;
    }

    /** Returns the waiting jobs; empty without waiting jobs, or if the user may not see them. */
    public Optional<RetrievalBacklog> read() {
        try {
            return readBacklog();
        } catch (AuthorizationException _) {
            return Optional.empty();
        } catch (TopicAdminException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Optional<RetrievalBacklog> readBacklog() {
        Map<TopicPartition, Long> ends = offsets(partitions(), OffsetSpec.latest());
        if (ends.values().stream().allMatch(it -> it == 0)) {
            return Optional.empty();
        }
        RecordCount count =
                new RecordCounter(client, nanoTicker)
                        .count(unread(ends)).values().stream()
                                .reduce(RecordCount.NONE, RecordCount::plus);
        return count.records() == 0
                ? Optional.empty()
                : Optional.of(new RetrievalBacklog(count, services()));
    }

    private List<TopicPartition> partitions() {
        String topic = client.topics().retrievals();
        var described = admin.describeTopics(List.of(topic)).topicNameValues().get(topic);
        return KafkaFutures.getIfExists(
                        "Describing the topic " + topic, Objects.requireNonNull(described))
                .map(
                        it ->
                                IntStream.range(0, it.partitions().size())
                                        .mapToObj(i -> new TopicPartition(topic, i))
                                        .toList())
                .orElse(List.of());
    }

    private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
        partitions.forEach(it -> specs.put(it, spec));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        KafkaFutures.get(
                        "Reading the offsets of " + client.topics().retrievals(),
                        admin.listOffsets(
                                        specs,
                                        new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                                .all())
                .forEach((partition, it) -> offsets.put(partition, it.offset()));
        return offsets;
    }

    /** Returns the offsets of the waiting jobs. */
    private Map<TopicPartition, Range> unread(Map<TopicPartition, Long> ends) {
        Map<TopicPartition, OffsetAndMetadata> committed = committed();
        Map<TopicPartition, Range> unread = new HashMap<>();
        offsets(List.copyOf(ends.keySet()), OffsetSpec.earliest())
                .forEach(
                        (partition, beginning) -> {
                            OffsetAndMetadata handled = committed.get(partition);
                            long start =
                                    handled == null
                                            ? beginning
                                            : Math.max(beginning, handled.offset());
                            long end = Objects.requireNonNull(ends.get(partition));
                            unread.put(partition, new Range(Math.min(start, end), end));
                        });
        return unread;
    }

    private Map<TopicPartition, OffsetAndMetadata> committed() {
        return KafkaFutures.getIfExists(
                        "Reading the offsets of " + group,
                        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .orElse(Map.of());
    }

    private int services() {
        var described = admin.describeConsumerGroups(List.of(group)).describedGroups().get(group);
        return KafkaFutures.getIfExists(
                        "Describing the group " + group, Objects.requireNonNull(described))
                .map(it -> it.members().size())
                .orElse(0);
    }
}
