package dev.millrace.standalone.status;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.standalone.client.RecordCount;
import dev.millrace.standalone.client.RecordCounter;
import dev.millrace.standalone.client.RecordCounter.Range;
import dev.millrace.standalone.cluster.KafkaFutures;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Reads the backlog of each model from its job topics. */
final class JobQueueReader {
    private final Admin admin;
    private final Topics topics;
    private final RecordCounter counter;

    JobQueueReader(Admin admin, Topics topics, RecordCounter counter) {
        this.admin = admin;
        this.topics = topics;
        this.counter = counter;
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
        Map<String, Map<Lane, Backlog>> backlogs = new LinkedHashMap<>();
        for (LaneBacklog queue : lanes(catalog, committed)) {
            backlogs.computeIfAbsent(queue.model(), _ -> new EnumMap<>(Lane.class))
                    .put(queue.lane(), queue.backlog());
        }
        List<ModelQueue> queues = new ArrayList<>();
        backlogs.forEach(
                (model, lanes) ->
                        queues.add(new ModelQueue(model, lanes, control.isPaused(model))));
        return queues;
    }

    /**
     * Returns the backlogs of the lanes that have topics, model by model.
     *
     * @param committed the workers' committed offsets
     */
    List<LaneBacklog> lanes(Catalog catalog, Map<TopicPartition, OffsetAndMetadata> committed) {
        Set<String> existing = KafkaFutures.get("Listing topics", admin.listTopics().names());
        List<String> names =
                catalog.models().stream()
                        .flatMap(model -> topicsOf(model.name()))
                        .filter(existing::contains)
                        .toList();
        Map<String, Backlog> backlogs = backlogs(names, committed);
        List<LaneBacklog> lanes = new ArrayList<>();
        for (Model model : catalog.models()) {
            for (Lane lane : Lane.values()) {
                Backlog backlog = backlogs.get(topics.jobs(model.name(), lane));
                if (backlog != null) {
                    lanes.add(new LaneBacklog(model.name(), lane, backlog));
                }
            }
        }
        return lanes;
    }

    private Stream<String> topicsOf(String model) {
        return Stream.of(Lane.values()).map(lane -> topics.jobs(model, lane));
    }

    /** Returns the backlog of each topic. */
    private Map<String, Backlog> backlogs(
            List<String> names, Map<TopicPartition, OffsetAndMetadata> committed) {
        Map<TopicPartition, PartitionQueue> queues = new HashMap<>();
        Map<TopicPartition, Range> unread = new HashMap<>();
        new TopicPartitions(admin, names)
                .ranges()
                .forEach(
                        (partition, range) -> {
                            var queue = PartitionQueue.of(range, committed.get(partition));
                            queues.put(partition, queue);
                            unread.put(partition, queue.unread());
                        });
        Map<TopicPartition, RecordCount> counts = counter.count(unread);
        Map<String, Backlog> backlogs = new HashMap<>();
        queues.forEach(
                (partition, queue) ->
                        backlogs.merge(
                                partition.topic(),
                                queue.read()
                                        .plusWaiting(Objects.requireNonNull(counts.get(partition))),
                                Backlog::plus));
        return backlogs;
    }
}
