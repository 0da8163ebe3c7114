package dev.millrace.worker.simulation;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.worker.loop.JobTopic;
import dev.millrace.worker.simulation.time.Chronicle;
import dev.millrace.worker.simulation.time.Happening;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The job topics: records, and gaps where control records stand. */
final class JobLog {
    static final Topics TOPICS = new Topics("millrace.");

    /** A fixed order for everything that chance goes through. */
    static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private static final int GREATEST_GAP = 1 << 22;

    private final NavigableMap<TopicPartition, Shelf> shelves = new TreeMap<>(ORDER);
    private final Map<JobId, Task> byId = new HashMap<>();
    private final SplittableRandom random;
    private final Chronicle chronicle;
    private final int gapRarity;
    private final JobRecords records;

    /** One partition. */
    static final class Shelf {
        final String model;
        final NavigableMap<Long, Task> tasks = new TreeMap<>();

        /** The first offset that is not deleted. */
        long start;

        /** The next offset to be written. */
        long end;

        Shelf(String model, long start) {
            this.model = model;
            this.start = start;
            this.end = start;
        }
    }

    JobLog(Scenario.Sizes sizes, SplittableRandom random, Chronicle chronicle) {
        this.random = random;
        this.chronicle = chronicle;
        this.gapRarity = sizes.gapRarity();
        this.records = new JobRecords(random, sizes.largeJobBytes(), chronicle);
        for (int i = 0; i < sizes.partitions(); i++) {
            String model = model(i % sizes.models());
            long start = random.nextInt(3) == 0 ? random.nextInt(100_000) : 0;
            shelves.put(
                    new TopicPartition(TOPICS.jobs(model, Lane.NORMAL), i / sizes.models()),
                    new Shelf(model, start));
        }
    }

    static String model(int number) {
        return "m" + number;
    }

    List<TopicPartition> partitions() {
        return List.copyOf(shelves.keySet());
    }

    Map<String, JobTopic> topicsByName() {
        var topics = new HashMap<String, JobTopic>();
        shelves.forEach(
                (partition, shelf) ->
                        topics.put(partition.topic(), new JobTopic(shelf.model, Lane.NORMAL)));
        return topics;
    }

    List<String> topics() {
        return shelves.keySet().stream().map(TopicPartition::topic).distinct().toList();
    }

    Shelf shelf(TopicPartition partition) {
        return Objects.requireNonNull(shelves.get(partition), partition.toString());
    }

    List<Task> tasks() {
        return shelves.values().stream().flatMap(it -> it.tasks.values().stream()).toList();
    }

    /** The job of that id; null when there is none. */
    @Nullable Task task(JobId id) {
        return byId.get(id);
    }

    /** One more record somewhere, usually a job. */
    void append() {
        TopicPartition partition = Scenario.oneOf(random, partitions());
        Shelf shelf = shelf(partition);
        long offset = shelf.end + gap(partition);
        Task task = records.make(partition, offset, shelf.model);
        shelf.tasks.put(offset, task);
        byId.put(task.id, task);
        shelf.end = offset + 1;
        if (random.nextInt(3) == 0) {
            chronicle.note(Happening.CONTROL_RECORDS, partition);
            shelf.end += random.nextInt(1, 3);
        }
    }

    private long gap(TopicPartition partition) {
        if (random.nextInt(gapRarity) == 0) {
            chronicle.note(Happening.LARGE_GAP, partition);
            return random.nextInt(1, GREATEST_GAP);
        }
        return random.nextInt(5) == 0 ? random.nextInt(1, 4) : 0;
    }
}
