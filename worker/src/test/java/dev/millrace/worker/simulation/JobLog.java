package dev.millrace.worker.simulation;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.simulation.time.Chronicle;
import dev.millrace.worker.simulation.time.Happening;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The job topics: records, and gaps where control records stand. */
final class JobLog {
    static final Topics TOPICS = new Topics("millrace.");

    /** A fixed order for everything that chance goes through. */
    static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private static final List<Lane> LANES = List.of(Lane.values());
    private static final int GREATEST_GAP = 1 << 22;

    private final NavigableMap<TopicPartition, Shelf> shelves = new TreeMap<>(ORDER);
    private final Map<JobId, Task> byId = new HashMap<>();

    /** Of topics that were deleted. */
    private final List<Task> gone = new ArrayList<>();

    private final SplittableRandom random;
    private final Chronicle chronicle;
    private final int gapRarity;
    private final JobRecords records;

    /** One partition. */
    static final class Shelf {
        final JobTopic topic;
        final NavigableMap<Long, Task> tasks = new TreeMap<>();

        /** Of its topic. Another topic of the same name has another. */
        final String topicId;

        /** The first offset that is not deleted. */
        long start;

        /** The next offset to be written. */
        long end;

        Shelf(JobTopic topic, String topicId, long start) {
            this.topic = topic;
            this.topicId = topicId;
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
            int number = i / sizes.models();
            Lane lane = LANES.get(number % LANES.size());
            long start = random.nextInt(3) == 0 ? random.nextInt(100_000) : 0;
            shelves.put(
                    new TopicPartition(TOPICS.jobs(model, lane), number / LANES.size()),
                    new Shelf(new JobTopic(model, lane), "a", start));
        }
    }

    /** Deletes a topic and creates it again. Returns the tasks that are gone with it. */
    List<Task> recreate(String topic) {
        var lost = new ArrayList<Task>();
        for (TopicPartition partition : partitions()) {
            if (partition.topic().equals(topic)) {
                Shelf old = shelf(partition);
                lost.addAll(old.tasks.values());
                shelves.put(partition, new Shelf(old.topic, old.topicId + "a", 0));
            }
        }
        lost.forEach(task -> task.isGone = true);
        gone.addAll(lost);
        return lost;
    }

    static String model(int number) {
        return "m" + number;
    }

    List<TopicPartition> partitions() {
        return List.copyOf(shelves.keySet());
    }

    Map<String, JobTopic> topicsByName() {
        var topics = new HashMap<String, JobTopic>();
        shelves.forEach((partition, shelf) -> topics.put(partition.topic(), shelf.topic));
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

    /** The record that a dead letter holds. A deleted topic had records at the same offsets. */
    Task task(TopicPartition partition, long offset, byte[] value) {
        return Stream.concat(Stream.ofNullable(shelf(partition).tasks.get(offset)), gone.stream())
                .filter(it -> it.partition.equals(partition) && it.offset() == offset)
                .filter(it -> Arrays.equals(it.record.value(), value))
                .findFirst()
                .orElseThrow();
    }

    /** One more record somewhere, usually a job. */
    void append() {
        append(Scenario.oneOf(random, partitions()));
    }

    /** The same in bulk, if there is such a partition. */
    void appendToBulk() {
        var bulk = partitions().stream().filter(it -> shelf(it).topic.lane() == Lane.BULK).toList();
        if (!bulk.isEmpty()) {
            chronicle.note(Happening.BACKLOG, bulk);
            append(Scenario.oneOf(random, bulk));
        }
    }

    private void append(TopicPartition partition) {
        Shelf shelf = shelf(partition);
        long offset = shelf.end + gap(partition);
        Task task = records.make(partition, offset, shelf.topic, shelf.topicId);
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
