package dev.millrace.bench.deadlines;

import dev.millrace.worker.port.JobSource;
import dev.millrace.worker.port.JobTopics;
import dev.millrace.worker.port.ResultLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;

/**
 * A cluster in simulated time for one worker, which owns every partition and loses nothing. Each
 * job topic has one partition. Time passes while the worker polls.
 */
final class SimulatedCluster implements JobSource, ResultLog {
    /** Time of a poll that waits for nothing. */
    private static final Duration TURN = Duration.ofMillis(1);

    /** The longest poll of the loop: nothing is due soon. */
    private static final Duration IDLE = Duration.ofMillis(100);

    /** Time of an idle poll without an event; longer than asked, for fewer turns a day. */
    private static final Duration IDLE_TURN = Duration.ofSeconds(1);

    private static final String TOPIC_ID = "first";

    private final SimulatedTime time;
    private final Consumer<ProducerRecord<byte[], byte[]>> outputs;

    /** Created by a mock, because only Kafka's own classes may construct group metadata. */
    private final ConsumerGroupMetadata group =
            new MockConsumer<byte[], byte[]>("earliest").groupMetadata();

    private final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> jobs = new HashMap<>();
    private final Map<TopicPartition, Integer> positions = new HashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    private final Set<TopicPartition> paused = new HashSet<>();
    private boolean isAssigned;
    private Optional<Listener> listener = Optional.empty();

    /**
     * @param outputs receives the committed records
     */
    SimulatedCluster(
            Collection<String> topics,
            SimulatedTime time,
            Consumer<ProducerRecord<byte[], byte[]>> outputs) {
        this.time = time;
        this.outputs = outputs;
        topics.forEach(it -> jobs.put(new TopicPartition(it, 0), new ArrayList<>()));
        paused.addAll(jobs.keySet());
    }

    /** Returns the names of all topics. */
    List<String> topicNames() {
        return jobs.keySet().stream().map(TopicPartition::topic).toList();
    }

    /** Appends a job to its topic. */
    void append(String topic, Headers headers, byte[] value) {
        var log = Objects.requireNonNull(jobs.get(new TopicPartition(topic, 0)));
        log.add(
                new ConsumerRecord<>(
                        topic,
                        0,
                        log.size(),
                        time.now().toEpochMilli(),
                        TimestampType.CREATE_TIME,
                        0,
                        value.length,
                        new byte[0],
                        value,
                        headers,
                        Optional.empty()));
    }

    @Override
    public void subscribe(Collection<String> topics, Listener newListener) {
        listener = Optional.of(newListener);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration wait) {
        if (!isAssigned) {
            isAssigned = true;
            listener.orElseThrow().onAssigned(jobs.keySet());
        }
        var records = new HashMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
        var next = new HashMap<TopicPartition, OffsetAndMetadata>();
        jobs.forEach(
                (id, log) -> {
                    int from = positions.getOrDefault(id, 0);
                    if (!paused.contains(id) && from < log.size()) {
                        records.put(id, List.copyOf(log.subList(from, log.size())));
                        next.put(id, new OffsetAndMetadata(log.size()));
                        positions.put(id, log.size());
                    }
                });
        if (records.isEmpty()) {
            time.await(
                    wait.compareTo(IDLE) >= 0 ? IDLE_TURN : wait.compareTo(TURN) > 0 ? wait : TURN);
        }
        return new ConsumerRecords<>(records, next);
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        positions.put(partition, Math.toIntExact(offset));
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        paused.addAll(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        paused.removeAll(partitions);
    }

    @Override
    public ConsumerGroupMetadata groupMetadata() {
        return group;
    }

    @Override
    public void wakeup() {}

    @Override
    public Optional<String> open() {
        return Optional.empty();
    }

    @Override
    public Commit commit(Transaction transaction) {
        offsets.putAll(transaction.offsets());
        transaction.records().forEach(outputs);
        return new Commit.Done();
    }

    @Override
    public Optional<Map<TopicPartition, OffsetAndMetadata>> committed(Set<TopicPartition> ids) {
        var committed = new HashMap<>(offsets);
        committed.keySet().retainAll(ids);
        return Optional.of(committed);
    }

    @Override
    public Map<TopicPartition, Long> unread(Set<TopicPartition> partitions) {
        var unread = new HashMap<TopicPartition, Long>();
        for (TopicPartition id : partitions) {
            var log = Objects.requireNonNull(jobs.get(id));
            unread.put(id, (long) log.size() - positions.getOrDefault(id, 0));
        }
        return unread;
    }

    /** Returns the port to the metadata of the topics. */
    JobTopics topics() {
        return new Topics();
    }

    @Override
    public void close() {}

    /** The metadata of the topics. */
    private final class Topics implements JobTopics {
        @Override
        public Optional<Limits> limits() {
            return Optional.of(Limits.DEFAULT);
        }

        @Override
        public Map<TopicPartition, CompletableFuture<Committed>> committed(
                Set<TopicPartition> partitions) {
            var answers = new HashMap<TopicPartition, CompletableFuture<Committed>>();
            partitions.forEach(
                    it ->
                            answers.put(
                                    it,
                                    CompletableFuture.completedFuture(
                                            new Committed(TOPIC_ID, offsets.get(it)))));
            return answers;
        }

        @Override
        public CompletableFuture<Map<String, Optional<String>>> ids(Set<String> topics) {
            var ids = new HashMap<String, Optional<String>>();
            topics.forEach(it -> ids.put(it, Optional.of(TOPIC_ID)));
            return CompletableFuture.completedFuture(ids);
        }

        @Override
        public Optional<Map<TopicPartition, MissingOffset>> missingOffsets(
                Set<TopicPartition> partitions) {
            var missing = new HashMap<TopicPartition, MissingOffset>();
            var marker = new ProducerRecord<>("marker", new byte[0], new byte[0]);
            partitions.forEach(
                    it -> missing.put(it, new MissingOffset.FirstUse(TOPIC_ID, 0, marker)));
            return Optional.of(missing);
        }

        @Override
        public void deleteBelow(Map<TopicPartition, Long> below) {}

        @Override
        public void close() {}
    }
}
