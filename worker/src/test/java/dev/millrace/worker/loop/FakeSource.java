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

/** A group member: keeps positions and pauses, and runs rebalances inside the poll. */
final class FakeSource implements JobSource {
    private final FakeCluster cluster;
    private final FakeTime time;

    /** Only Kafka's own classes may still make one. */
    private final ConsumerGroupMetadata group =
            new MockConsumer<byte[], byte[]>("earliest").groupMetadata();

    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Map<TopicPartition, Long> passed = new HashMap<>();
    final Set<TopicPartition> paused = new HashSet<>();
    final List<Duration> waits = new ArrayList<>();
    int maxPollRecords = 500;
    boolean offsetsAreHidden;
    boolean isClosed;

    /** Why each poll fails; null while polls are well. */
    @Nullable String failure;

    boolean isFailureOfSomeTopics;
    private @Nullable Listener listener;
    private @Nullable Runnable rebalance;

    FakeSource(FakeCluster cluster, FakeTime time) {
        this.cluster = cluster;
        this.time = time;
    }

    void assign(int... numbers) {
        assign(ids(numbers));
    }

    /** Without a position: the loop seeks before it resumes. */
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

    /** The next poll passes control records, and brings nothing. */
    void passControlRecords(int number, long to) {
        passed.put(FakeCluster.partition(number), to);
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
        Runnable before = rebalance;
        rebalance =
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
        listener = newListener;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration wait) {
        waits.add(wait);
        String reason = failure;
        if (reason != null) {
            listener().onFailed(reason, isFailureOfSomeTopics);
            return ConsumerRecords.empty();
        }
        Runnable change = rebalance;
        rebalance = null;
        if (change != null) {
            change.run();
        }
        var records = new LinkedHashMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
        var next = new HashMap<TopicPartition, OffsetAndMetadata>();
        positions.putAll(passed);
        passed.forEach((id, to) -> next.put(id, new OffsetAndMetadata(to)));
        passed.clear();
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
            time.advance(wait);
        }
        return new ConsumerRecords<>(records, next);
    }

    private List<ConsumerRecord<byte[], byte[]>> take(TopicPartition id, int most) {
        var log = cluster.jobs.get(id);
        if (log == null) {
            return List.of();
        }
        var taken =
                log.tailMap(positions.getOrDefault(id, 0L)).values().stream().limit(most).toList();
        if (!taken.isEmpty()) {
            // As after a transaction: a control record follows the last one.
            boolean atEnd = taken.getLast().offset() == log.lastKey();
            positions.put(id, taken.getLast().offset() + (atEnd ? 2 : 1));
        }
        return taken;
    }

    @Override
    public Optional<Map<TopicPartition, OffsetAndMetadata>> committed(
            Set<TopicPartition> partitions) {
        if (offsetsAreHidden) {
            return Optional.empty();
        }
        var committed = new HashMap<>(cluster.committed);
        committed.keySet().retainAll(partitions);
        return Optional.of(committed);
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
        // As the client does with what it still has.
        listener().onRevoked(List.copyOf(positions.keySet()));
        isClosed = true;
    }
}
