package dev.millrace.worker.simulation;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.simulation.time.EventLog;
import dev.millrace.worker.simulation.time.EventType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The job topics: records, with gaps for control records. */
final class JobLog {
    static final Topics TOPICS = new Topics("millrace.");

    /** A fixed order of partitions, so that random choices are reproducible. */
    static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private static final List<Lane> LANES = List.of(Lane.values());

    /** The lanes that share the calls of a limited model by weight. */
    private static final List<Lane> NOT_CRITICAL =
            LANES.stream().filter(it -> !it.isCritical()).toList();

    private static final int MAX_GAP = 1 << 22;

    private final NavigableMap<TopicPartition, PartitionLog> logs = new TreeMap<>(ORDER);

    /** The records of each job, in the order of its models. */
    private final Map<JobId, List<Task>> byId = new HashMap<>();

    /** The records by the bytes that the loop passes on. */
    private final IdentityHashMap<byte[], Task> byValue = new IdentityHashMap<>();

    /** The records of deleted topics. */
    private final List<Task> deletedTasks = new ArrayList<>();

    private final SplittableRandom random;
    private final EventLog eventLog;
    private final int gapRarity;
    private final JobRecords records;

    static final class PartitionLog {
        final JobTopic topic;
        final NavigableMap<Long, Task> tasks = new TreeMap<>();

        /** The id of the topic. A recreated topic has a new id. */
        final String topicId;

        /** The log start offset. */
        long start;

        /** The log end offset. */
        long end;

        PartitionLog(JobTopic topic, String topicId, long start) {
            this.topic = topic;
            this.topicId = topicId;
            this.start = start;
            this.end = start;
        }
    }

    JobLog(Scenario scenario, EventLog eventLog, LongSupplier nanos) {
        Scenario.Sizes sizes = scenario.sizes();
        this.random = scenario.random();
        this.eventLog = eventLog;
        this.gapRarity = sizes.gapRarity();
        this.records = new JobRecords(scenario, eventLog, nanos);
        if (scenario.isJoint()) {
            addAllLanes(sizes);
            return;
        }
        // Two lanes at most, so that partitions share a lane.
        boolean isByWeight = scenario.limits().isAlone() && random.nextBoolean();
        List<Lane> lanes = isByWeight ? NOT_CRITICAL : LANES;
        int first = random.nextInt(lanes.size());
        int second = (first + random.nextInt(1, lanes.size())) % lanes.size();
        for (int i = 0; i < sizes.partitions(); i++) {
            String model = model(i % sizes.models());
            int number = i / sizes.models();
            Lane lane = lanes.get(number % 2 == 0 ? first : second);
            long start = random.nextInt(3) == 0 ? random.nextInt(100_000) : 0;
            logs.put(
                    new TopicPartition(TOPICS.jobs(model, lane), number / 2),
                    new PartitionLog(new JobTopic(model, lane), "a", start));
        }
    }

    /** Adds each topic that a router or gateway writes to. */
    private void addAllLanes(Scenario.Sizes sizes) {
        for (int i = 0; i < sizes.models(); i++) {
            for (Lane lane : LANES) {
                for (int number = 0; number < sizes.partitions(); number++) {
                    logs.put(
                            new TopicPartition(TOPICS.jobs(model(i), lane), number),
                            new PartitionLog(new JobTopic(model(i), lane), "a", 0));
                }
            }
        }
    }

    /** Deletes and recreates a topic. Returns the deleted tasks. */
    List<Task> recreate(String topic) {
        var lost = new ArrayList<Task>();
        for (TopicPartition partition : partitions()) {
            if (partition.topic().equals(topic)) {
                PartitionLog old = log(partition);
                lost.addAll(old.tasks.values());
                logs.put(partition, new PartitionLog(old.topic, old.topicId + "a", 0));
            }
        }
        lost.forEach(task -> task.isDeleted = true);
        deletedTasks.addAll(lost);
        return lost;
    }

    static String model(int number) {
        return "m" + number;
    }

    List<TopicPartition> partitions() {
        return List.copyOf(logs.keySet());
    }

    Map<String, JobTopic> topicsByName() {
        var topics = new HashMap<String, JobTopic>();
        logs.forEach((partition, log) -> topics.put(partition.topic(), log.topic));
        return topics;
    }

    List<String> topics() {
        return logs.keySet().stream().map(TopicPartition::topic).distinct().toList();
    }

    PartitionLog log(TopicPartition partition) {
        return Objects.requireNonNull(logs.get(partition), partition.toString());
    }

    List<Task> tasks() {
        return logs.values().stream().flatMap(it -> it.tasks.values().stream()).toList();
    }

    /** Returns the records of a job, in the order of its models. */
    List<Task> tasks(JobId id) {
        return byId.getOrDefault(id, List.of());
    }

    /** Returns the record with these bytes, which are compared by identity. */
    Task task(byte[] value) {
        return Objects.requireNonNull(byValue.get(value));
    }

    /** Returns the latest record of a job. */
    Task latest(JobId id) {
        return tasks(id).getLast();
    }

    /** Returns the record at which a job ended at a model, an unfinished one if possible. */
    Task ended(JobId id, @Nullable String model) {
        var atModel = tasks(id).stream().filter(it -> it.topic.model().equals(model)).toList();
        return atModel.stream()
                .filter(it -> !it.isFinished())
                .findFirst()
                .orElseGet(() -> atModel.isEmpty() ? latest(id) : atModel.getLast());
    }

    /** Finds the record of a dead letter by value too: a deleted topic may have used its offset. */
    Task task(TopicPartition partition, long offset, byte[] value) {
        return Stream.concat(
                        Stream.ofNullable(log(partition).tasks.get(offset)), deletedTasks.stream())
                .filter(it -> it.partition.equals(partition) && it.offset() == offset)
                .filter(it -> Arrays.equals(it.record.value(), value))
                .findFirst()
                .orElseThrow();
    }

    /** Appends a record, usually a job, to a random partition. */
    void append() {
        append(Scenario.oneOf(random, partitions()));
    }

    /** Appends a record to a random partition of the bulk lane, if there is one. */
    void appendToBulk() {
        var bulk = partitions().stream().filter(it -> log(it).topic.lane() == Lane.BULK).toList();
        if (!bulk.isEmpty()) {
            eventLog.add(EventType.BULK_BACKLOG, bulk);
            append(Scenario.oneOf(random, bulk));
        }
    }

    private void append(TopicPartition partition) {
        PartitionLog log = log(partition);
        long offset = log.end + gap(partition);
        add(log, records.make(partition, offset, log.topic, log.topicId));
        if (random.nextInt(3) == 0) {
            eventLog.add(EventType.CONTROL_RECORDS, partition);
            log.end += random.nextInt(1, 3);
        }
    }

    private void add(PartitionLog log, Task task) {
        log.tasks.put(task.offset(), task);
        byId.computeIfAbsent(task.id, _ -> new ArrayList<>()).add(task);
        if (task.record.value() != null) {
            byValue.put(task.record.value(), task);
        }
        log.end = task.offset() + 1;
    }

    boolean hasTopic(String topic) {
        return topics().contains(topic);
    }

    /** Appends a job that its model has handed over to another topic. */
    void handOver(ProducerRecord<byte[], byte[]> written, Task previous) {
        var partition = partition(written.topic(), previous.id);
        PartitionLog log = log(partition);
        long offset = log.end + gap(partition);
        add(log, new Task(JobRecords.handedOver(written, partition, offset), log.topic, previous));
    }

    /**
     * Appends a job that a router or gateway has written, perhaps after a worker has returned it.
     */
    void route(ProducerRecord<byte[], byte[]> written) {
        JobId id = JobRecords.headers(written.headers()).jobId();
        var partition = partition(written.topic(), id);
        PartitionLog log = log(partition);
        long offset = log.end + gap(partition);
        var record = JobRecords.handedOver(written, partition, offset);
        if (!tasks(id).isEmpty()) {
            add(log, new Task(record, log.topic, latest(id)));
            return;
        }
        boolean needsCall = record.headers().lastHeader(MillraceHeaders.DEADLINE) == null;
        add(log, new Task(record, id, log.topic, needsCall));
    }

    private TopicPartition partition(String topic, JobId id) {
        var ofTopic = partitions().stream().filter(it -> it.topic().equals(topic)).toList();
        return ofTopic.get(Math.floorMod(id.hashCode(), ofTopic.size()));
    }

    private long gap(TopicPartition partition) {
        if (random.nextInt(gapRarity) == 0) {
            eventLog.add(EventType.LARGE_GAP, partition);
            return random.nextInt(1, MAX_GAP);
        }
        return random.nextInt(5) == 0 ? random.nextInt(1, 4) : 0;
    }
}
