package dev.millrace.router;

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
 * The job topics of a cluster. Workers delete what they have done, up to the first unfinished job,
 * so the first record of a partition is about its oldest one.
 */
public record JobsInTopics(Admin admin, Topics topics) implements LostJobs.OldestJob {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A committed job is followed by the end marker of its transaction. */
    private static final int RECORDS_OF_A_JOB = 2;

    /** Asks for the first record of any age. */
    private static final OffsetSpec FIRST = OffsetSpec.forTimestamp(0);

    @Override
    public Optional<Instant> look()
            throws InterruptedException, ExecutionException, TimeoutException {
        var partitions = partitions();
        var starts = ask(partitions, OffsetSpec.earliest());
        var ends = ask(partitions, OffsetSpec.latest());
        partitions.removeIf(it -> offset(ends, it) - offset(starts, it) < RECORDS_OF_A_JOB);
        Optional<Instant> oldest = Optional.empty();
        for (ListOffsetsResultInfo first : ask(partitions, FIRST).values()) {
            // Without an answer, the broker has still to remove a segment of deleted records.
            Instant at =
                    first.offset() < 0 ? Instant.EPOCH : Instant.ofEpochMilli(first.timestamp());
            oldest = oldest.filter(it -> it.isBefore(at)).or(() -> Optional.of(at));
        }
        return oldest;
    }

    private static long offset(
            Map<TopicPartition, ListOffsetsResultInfo> answers, TopicPartition partition) {
        return Objects.requireNonNull(answers.get(partition)).offset();
    }

    private Collection<TopicPartition> partitions()
            throws InterruptedException, ExecutionException, TimeoutException {
        List<String> names =
                get(admin.listTopics().names()).stream().filter(topics::isJobTopic).toList();
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

    private Map<TopicPartition, ListOffsetsResultInfo> ask(
            Collection<TopicPartition> partitions, OffsetSpec what)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(it -> asked.put(it, what));
        return get(
                admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all());
    }

    private static <T> T get(KafkaFuture<T> answer)
            throws InterruptedException, ExecutionException, TimeoutException {
        return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
