package dev.millrace.standalone.status;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import java.util.ArrayList;
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

/** Asks what waits in the topics of the models. */
final class JobQueues {
    private final Admin admin;
    private final Topics topics;

    JobQueues(Admin admin, Topics topics) {
        this.admin = admin;
        this.topics = topics;
    }

    /**
     * The models that have topics.
     *
     * @param committed how far the workers have come
     */
    List<ModelQueue> of(
            Catalog catalog,
            ControlState control,
            Map<TopicPartition, OffsetAndMetadata> committed) {
        Set<String> existing = Reply.to("Listing topics", admin.listTopics().names());
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
            queues.add(
                    new ModelQueue(
                            model,
                            of(backlogs, model, Lane.NORMAL),
                            of(backlogs, model, Lane.BULK),
                            control.isPaused(model)));
        }
        return queues;
    }

    private Stream<String> topicsOf(String model) {
        return Stream.of(Lane.values()).map(lane -> topics.jobs(model, lane));
    }

    private Backlog of(Map<String, Backlog> backlogs, String model, Lane lane) {
        return backlogs.getOrDefault(topics.jobs(model, lane), Backlog.NONE);
    }

    private List<TopicPartition> partitions(List<String> names) {
        return Reply.to(
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
            List<TopicPartition> partitions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(it -> asked.put(it, which));
        return Reply.to(
                "Reading the offsets of the models' topics",
                admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all());
    }

    private static long offset(
            Map<TopicPartition, ListOffsetsResultInfo> offsets, TopicPartition partition) {
        return Objects.requireNonNull(offsets.get(partition)).offset();
    }
}
