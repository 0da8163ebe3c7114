package dev.millrace.standalone.status;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.standalone.topics.KafkaFutures;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Reads the backlog of each model from its job topics. */
final class JobQueueReader {
    private final Admin admin;
    private final Topics topics;

    JobQueueReader(Admin admin, Topics topics) {
        this.admin = admin;
        this.topics = topics;
    }

    /**
     * Returns the backlogs of the catalog models that have topics.
     *
     * @param committed the workers' committed offsets
     */
    List<ModelQueue> read(
            Catalog catalog,
            ControlState control,
            Map<TopicPartition, OffsetAndMetadata> committed) {
        Set<String> existing = KafkaFutures.get("Listing topics", admin.listTopics().names());
        List<String> models =
                catalog.models().stream()
                        .map(model -> model.name())
                        .filter(model -> topicsOf(model).anyMatch(existing::contains))
                        .toList();
        List<String> names =
                models.stream().flatMap(this::topicsOf).filter(existing::contains).toList();
        Map<String, Backlog> backlogs = backlogs(partitions(names), committed);
        List<ModelQueue> queues = new ArrayList<>();
        for (String model : models) {
            queues.add(new ModelQueue(model, lanes(backlogs, model), control.isPaused(model)));
        }
        return queues;
    }

    private Stream<String> topicsOf(String model) {
        return Stream.of(Lane.values()).map(lane -> topics.jobs(model, lane));
    }

    private Map<Lane, Backlog> lanes(Map<String, Backlog> backlogs, String model) {
        var lanes = new EnumMap<Lane, Backlog>(Lane.class);
        for (Lane lane : Lane.values()) {
            Backlog backlog = backlogs.get(topics.jobs(model, lane));
            if (backlog != null) {
                lanes.put(lane, backlog);
            }
        }
        return lanes;
    }

    private List<TopicPartition> partitions(List<String> names) {
        return KafkaFutures.get(
                        "Describing the models' topics",
                        admin.describeTopics(names).allTopicNames())
                .values()
                .stream()
                .flatMap(
                        topic ->
                                IntStream.range(0, topic.partitions().size())
                                        .mapToObj(i -> new TopicPartition(topic.name(), i)))
                .toList();
    }

    private Map<String, Backlog> backlogs(
            List<TopicPartition> partitions, Map<TopicPartition, OffsetAndMetadata> committed) {
        var beginnings = offsets(partitions, OffsetSpec.earliest());
        var ends = offsets(partitions, OffsetSpec.latest());
        Map<String, Backlog> backlogs = new HashMap<>();
        for (TopicPartition partition : partitions) {
            Backlog backlog =
                    Backlog.of(
                            offset(beginnings, partition),
                            offset(ends, partition),
                            committed.get(partition));
            backlogs.merge(partition.topic(), backlog, Backlog::plus);
        }
        return backlogs;
    }

    private Map<TopicPartition, ListOffsetsResultInfo> offsets(
            List<TopicPartition> partitions, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
        partitions.forEach(it -> specs.put(it, spec));
        return KafkaFutures.get(
                "Reading the offsets of the models' topics",
                admin.listOffsets(specs, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all());
    }

    private static long offset(
            Map<TopicPartition, ListOffsetsResultInfo> offsets, TopicPartition partition) {
        return Objects.requireNonNull(offsets.get(partition)).offset();
    }
}
