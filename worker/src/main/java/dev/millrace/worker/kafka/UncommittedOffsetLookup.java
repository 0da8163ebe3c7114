package dev.millrace.worker.kafka;

import dev.millrace.contracts.control.FirstUse;
import dev.millrace.worker.port.JobTopics.MissingOffset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Finds out why partitions have no committed offset. Blocks, so it never runs on the loop's thread.
 */
final class UncommittedOffsetLookup
        implements RetriedLookup.Attempt<Map<TopicPartition, MissingOffset>> {
    /** Maximum wait for an answer, and for a missing topic. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private static final String LOST =
            "its committed offset was lost, so it is unknown which jobs are finished";

    private final Set<TopicPartition> partitions;
    private final String group;
    private final ControlTopic control;

    UncommittedOffsetLookup(Set<TopicPartition> partitions, String group, ControlTopic control) {
        this.partitions = Set.copyOf(partitions);
        this.group = group;
        this.control = control;
    }

    @Override
    public Map<TopicPartition, MissingOffset> ask(Admin client)
            throws ExecutionException, InterruptedException {
        var topics = client.describeTopics(names()).topicNameValues();
        var beginnings = client.listOffsets(beginnings(), options());
        // Every record from before this answer, committed or not, is below the end.
        var end = client.listOffsets(Map.of(control.partition(), OffsetSpec.latest()), options());
        long controlBeginning = beginnings.partitionResult(control.partition()).get().offset();
        long controlEnd = end.partitionResult(control.partition()).get().offset();
        var markers = control.read(keys(), controlBeginning, controlEnd);
        var missingOffsets = new HashMap<TopicPartition, MissingOffset>();
        var failures = new ArrayList<ExecutionException>();
        for (TopicPartition partition : partitions) {
            try {
                var topic = Objects.requireNonNull(topics.get(partition.topic())).get();
                long beginning = beginnings.partitionResult(partition).get().offset();
                missingOffsets.put(
                        partition,
                        missingOffset(partition, topic.topicId().toString(), beginning, markers));
            } catch (ExecutionException e) {
                failures.add(e);
            }
        }
        if (missingOffsets.isEmpty() && !failures.isEmpty()) {
            throw failures.getFirst();
        }
        return missingOffsets;
    }

    private MissingOffset missingOffset(
            TopicPartition partition, String topicId, long beginning, Map<String, byte[]> markers) {
        var use = new FirstUse(group, partition, topicId);
        return isUsed(use, beginning, markers.get(FirstUse.key(group, partition)))
                ? new MissingOffset.OffsetLost(beginning, LOST)
                : new MissingOffset.FirstUse(topicId, beginning, use.toRecord(control.topic()));
    }

    private static ListOffsetsOptions options() {
        return new ListOffsetsOptions().timeoutMs(Math.toIntExact(LONGEST_WAIT.toMillis()));
    }

    /**
     * Returns true if a worker has used the partition. Without a marker, for example because the
     * control topic was lost too, deleted records show it: only workers delete them.
     */
    static boolean isUsed(FirstUse use, long beginning, byte @Nullable [] marker) {
        return beginning > 0 || isMarked(use, marker);
    }

    /** Returns true if the marker matches the use. An unreadable marker counts as a match. */
    private static boolean isMarked(FirstUse use, byte @Nullable [] marker) {
        if (marker == null) {
            return false;
        }
        try {
            return FirstUse.topicId(marker).equals(use.topicId());
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    private Set<String> names() {
        return partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet());
    }

    private Set<String> keys() {
        return partitions.stream()
                .map(each -> FirstUse.key(group, each))
                .collect(Collectors.toSet());
    }

    private Map<TopicPartition, OffsetSpec> beginnings() {
        return Stream.concat(partitions.stream(), Stream.of(control.partition()))
                .collect(Collectors.toMap(Function.identity(), _ -> OffsetSpec.earliest()));
    }
}
