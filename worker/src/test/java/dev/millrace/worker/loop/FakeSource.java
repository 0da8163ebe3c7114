package dev.millrace.worker.loop;

import dev.millrace.worker.port.JobSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A consumer: keeps positions and pauses, and changes its assignment only during a poll. */
final class FakeSource implements JobSource {
    private final FakeCluster cluster;
    private final FakeTime time;

    /** Created by a mock, because only Kafka's own classes may construct group metadata. */
    private final ConsumerGroupMetadata group =
            new MockConsumer<byte[], byte[]>("earliest").groupMetadata();

    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Map<TopicPartition, Long> advanceTo = new HashMap<>();
    final Set<TopicPartition> paused = new HashSet<>();
    final List<Duration> waits = new ArrayList<>();
    int maxPollRecords = 500;
    boolean hidesCommittedOffsets;
    boolean isClosed;

    /** Error of every poll; null if polls succeed. */
    @Nullable String pollFailure;

    boolean failsSomeTopicsOnly;
    private @Nullable Listener listener;
    Set<String> subscribed = Set.of();
    private @Nullable Runnable nextChange;

    FakeSource(FakeCluster cluster, FakeTime time) {
        this.cluster = cluster;
        this.time = time;
    }

    void assign(int... numbers) {
        assign(ids(numbers));
    }

    /** Assigns partitions without a position, so that the loop must seek before it resumes them. */
    void assign(List<TopicPartition> ids) {
        onNextPoll(
                () -> {
                    paused.addAll(ids);
                    listener().onAssigned(ids);
                });
    }

    void outOfRange(int number, long position) {
        onNextPoll(() -> listener().onOutOfRange(FakeCluster.partition(number), position));
    }

    void corrupt(int number, String reason) {
        onNextPoll(() -> listener().onCorrupt(FakeCluster.partition(number), reason));
    }

    /** Makes the next poll advance over control records up to an offset, without any record. */
    void passControlRecords(int number, long to) {
        advanceTo.put(FakeCluster.partition(number), to);
    }

    void revoke(int... numbers) {
        onNextPoll(
                () -> {
                    listener().onRevoked(ids(numbers));
                    ids(numbers).forEach(positions::remove);
                });
    }

    void lose(int... numbers) {
        onNextPoll(
                () -> {
                    listener().onLost(ids(numbers));
                    ids(numbers).forEach(positions::remove);
                });
    }

    private void onNextPoll(Runnable change) {
        Runnable before = nextChange;
        nextChange =
                before == null
                        ? change
                        : () -> {
                            before.run();
                            change.run();
                        };
    }

    private static List<TopicPartition> ids(int... numbers) {
        var ids = new ArrayList<TopicPartition>();
        for (int number : numbers) {
            ids.add(FakeCluster.partition(number));
        }
        return ids;
    }

    private Listener listener() {
        return Objects.requireNonNull(listener);
    }

    @Override
    public void subscribe(Collection<String> topics, Listener newListener) {
        subscribed = Set.copyOf(topics);
        listener = newListener;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration wait) {
        waits.add(wait);
        String reason = pollFailure;
        if (reason != null) {
            listener().onFailed(reason, failsSomeTopicsOnly);
            return ConsumerRecords.empty();
        }
        Runnable change = nextChange;
        nextChange = null;
        if (change != null) {
            change.run();
        }
        var records = new LinkedHashMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
        var next = new HashMap<TopicPartition, OffsetAndMetadata>();
        positions.putAll(advanceTo);
        advanceTo.forEach((id, to) -> next.put(id, new OffsetAndMetadata(to)));
        advanceTo.clear();
        int left = maxPollRecords;
        for (TopicPartition id : List.copyOf(positions.keySet())) {
            if (!paused.contains(id) && left > 0) {
                var taken = take(id, left);
                left -= taken.size();
                if (!taken.isEmpty()) {
                    records.put(id, taken);
                    next.put(id, new OffsetAndMetadata(positions.getOrDefault(id, 0L)));
                }
            }
        }
        if (records.isEmpty()) {
            time.await(wait);
        }
        return new ConsumerRecords<>(records, next);
    }

    private List<ConsumerRecord<byte[], byte[]>> take(TopicPartition id, int max) {
        var log = cluster.jobs.get(id);
        if (log == null) {
            return List.of();
        }
        var taken =
                log.tailMap(positions.getOrDefault(id, 0L)).values().stream().limit(max).toList();
        if (!taken.isEmpty()) {
            // Skips the control record that ends a transaction after the last record.
            boolean atEnd = taken.getLast().offset() == log.lastKey();
            positions.put(id, taken.getLast().offset() + (atEnd ? 2 : 1));
        }
        return taken;
    }

    @Override
    public Optional<Map<TopicPartition, OffsetAndMetadata>> committed(
            Set<TopicPartition> partitions) {
        if (hidesCommittedOffsets) {
            return Optional.empty();
        }
        var committed = new HashMap<>(cluster.committed);
        committed.keySet().retainAll(partitions);
        return Optional.of(committed);
    }

    @Override
    public Map<TopicPartition, Long> unread(Set<TopicPartition> partitions) {
        var unread = new HashMap<TopicPartition, Long>();
        for (TopicPartition id : partitions) {
            var log = cluster.jobs.get(id);
            long position = positions.getOrDefault(id, 0L);
            unread.put(id, log == null ? 0L : log.tailMap(position).size());
        }
        return unread;
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        positions.put(partition, offset);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        paused.addAll(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        partitions.forEach(paused::remove);
    }

    @Override
    public ConsumerGroupMetadata groupMetadata() {
        return group;
    }

    @Override
    public void wakeup() {}

    @Override
    public void close() {
        // The client also revokes its remaining partitions when it is closed.
        listener().onRevoked(List.copyOf(positions.keySet()));
        isClosed = true;
    }
}
