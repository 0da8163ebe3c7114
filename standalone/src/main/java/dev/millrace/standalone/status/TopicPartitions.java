package dev.millrace.standalone.status;

import dev.millrace.standalone.client.RecordCounter.Range;
import dev.millrace.standalone.cluster.KafkaFutures;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the offsets of topics.
 *
 * @param topics names of existing topics
 */
record TopicPartitions(Admin admin, Collection<String> topics) {

    /** Returns the first offset of each partition, and the one after its last committed record. */
    Map<TopicPartition, Range> ranges() {
        List<TopicPartition> partitions =
                KafkaFutures.get("Describing topics", admin.describeTopics(topics).allTopicNames())
                        .values()
                        .stream()
                        .flatMap(
                                topic ->
                                        IntStream.range(0, topic.partitions().size())
                                                .mapToObj(i -> new TopicPartition(topic.name(), i)))
                        .toList();
        var beginnings = offsets(partitions, OffsetSpec.earliest());
        var ends = offsets(partitions, OffsetSpec.latest());
        Map<TopicPartition, Range> ranges = new HashMap<>();
        partitions.forEach(
                it -> {
                    long start = offset(beginnings, it);
                    ranges.put(it, new Range(start, Math.max(start, offset(ends, it))));
                });
        return ranges;
    }

    private Map<TopicPartition, ListOffsetsResultInfo> offsets(
            List<TopicPartition> partitions, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
        partitions.forEach(it -> specs.put(it, spec));
        return KafkaFutures.get(
                "Reading the offsets of topics",
                admin.listOffsets(specs, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all());
    }

    private static long offset(
            Map<TopicPartition, ListOffsetsResultInfo> offsets, TopicPartition partition) {
        return Objects.requireNonNull(offsets.get(partition)).offset();
    }
}
