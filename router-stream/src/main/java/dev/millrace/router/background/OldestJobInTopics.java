package dev.millrace.router.background;

import dev.millrace.contracts.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds the oldest job in the job topics of a cluster, and in the topics of jobs that wait for
 * passages. Workers delete finished jobs up to the first unfinished one, so the first record of a
 * partition is close to its oldest unfinished job.
 */
public record OldestJobInTopics(Admin admin, Topics topics)
        implements LostJobDetector.OldestJobLookup {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

    /** A partition with a committed job has the job and the marker that ends its transaction. */
    private static final int OFFSETS_PER_JOB = 2;

    /** Selects the first record, whatever its age, and returns its timestamp. */
    private static final OffsetSpec FIRST = OffsetSpec.forTimestamp(0);

    @Override
    public Optional<Instant> lowerBound()
            throws InterruptedException, ExecutionException, TimeoutException {
        var partitions = partitions();
        var starts = listOffsets(partitions, OffsetSpec.earliest());
        var ends = listOffsets(partitions, OffsetSpec.latest());
        partitions.removeIf(it -> offset(ends, it) - offset(starts, it) < OFFSETS_PER_JOB);
        Optional<Instant> oldest = Optional.empty();
        for (ListOffsetsResultInfo first : listOffsets(partitions, FIRST).values()) {
            // The broker finds no record until it has removed a segment of deleted records.
            Instant at =
                    first.offset() < 0 ? Instant.EPOCH : Instant.ofEpochMilli(first.timestamp());
            oldest = oldest.filter(it -> it.isBefore(at)).or(() -> Optional.of(at));
        }
        return oldest;
    }

    private static long offset(
            Map<TopicPartition, ListOffsetsResultInfo> offsets, TopicPartition partition) {
        return Objects.requireNonNull(offsets.get(partition)).offset();
    }

    private Collection<TopicPartition> partitions()
            throws InterruptedException, ExecutionException, TimeoutException {
        List<String> names =
                get(admin.listTopics().names()).stream().filter(this::hasUnfinishedJobs).toList();
        Map<String, TopicDescription> found = get(admin.describeTopics(names).allTopicNames());
        return found.values().stream()
                .flatMap(
                        it ->
                                it.partitions().stream()
                                        .map(
                                                partition ->
                                                        new TopicPartition(
                                                                it.name(), partition.partition())))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private boolean hasUnfinishedJobs(String topic) {
        return topics.isJobTopic(topic)
                || topic.equals(topics.retrievals())
                || topic.equals(topics.retrieved());
    }

    private Map<TopicPartition, ListOffsetsResultInfo> listOffsets(
            Collection<TopicPartition> partitions, OffsetSpec spec)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
        partitions.forEach(it -> specs.put(it, spec));
        return get(
                admin.listOffsets(specs, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all());
    }

    private static <T> T get(KafkaFuture<T> future)
            throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }
}
