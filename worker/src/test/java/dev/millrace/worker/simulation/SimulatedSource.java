package dev.millrace.worker.simulation;

import dev.millrace.worker.port.JobSource;
import dev.millrace.worker.simulation.time.EventType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The consumer of a process. It follows the group's assignment when it is polled. */
final class SimulatedSource implements JobSource {
    private static final Duration COMMITTED_WAIT = Duration.ofMillis(500);

    /** The probability that a poll notices the removal from the group. */
    private static final double LOSS_NOTICED_PROBABILITY = 0.7;

    private final World world;
    private final WorkerProcess process;
    private final NavigableMap<TopicPartition, Long> positions = new TreeMap<>(JobLog.ORDER);

    /** The topic id of each partition that its position refers to. */
    private final Map<TopicPartition, String> topicIds = new HashMap<>();

    private final Set<TopicPartition> paused = new HashSet<>();
    private @Nullable Listener listener;
    private boolean isWoken;

    SimulatedSource(World world, WorkerProcess process) {
        this.world = world;
        this.process = process;
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
        process.mayFail(EventType.CRASH_AT_POLL);
        process.onPoll();
        process.block(world.between(20_000, 200_000));
        if (world.occurs(world.faults().pollError())) {
            world.eventLog().add(EventType.POLL_FAILED, process);
            listener().onFailed("not authorized", world.random().nextBoolean());
            return ConsumerRecords.empty();
        }
        followGroup();
        var records = fetch();
        if (records.nextOffsets().isEmpty() && !isWoken && wait.isPositive()) {
            process.awaitEvents(wait);
            records = fetch();
        }
        isWoken = false;
        process.mayFail(EventType.CRASH_AT_POLL);
        return records;
    }

    /** Makes one step towards the target assignment of the group. */
    private void followGroup() {
        var member = process.member;
        if (member == null) {
            process.member = world.group().join(process);
        } else if (!member.isMember) {
            // The removal arrives with a heartbeat, for which a poll does not wait.
            if (world.occurs(LOSS_NOTICED_PROBABILITY)) {
                losePartitions(Set.copyOf(positions.keySet()));
                process.member = null;
            }
        } else {
            var revoked = world.group().toRevoke(member);
            if (revoked.isEmpty()) {
                assign(member);
            } else {
                revoke(member, revoked);
            }
        }
    }

    private void assign(Group.Member member) {
        var assigned = world.group().toAssign(member);
        if (assigned.isEmpty() || world.occurs(0.5)) {
            return;
        }
        world.eventLog().add(EventType.ASSIGNED, member + " " + assigned);
        world.group().onAssigned(member, assigned);
        for (TopicPartition partition : assigned) {
            OffsetAndMetadata committed = world.transactions().committed(partition);
            positions.put(
                    partition,
                    committed == null ? world.jobs().log(partition).start : committed.offset());
            paused.add(partition);
        }
        listener().onAssigned(assigned);
    }

    private void revoke(Group.Member member, List<TopicPartition> revoked) {
        world.eventLog().add(EventType.REVOKED, member + " " + revoked);
        release(revoked);
        if (member.isMember) {
            world.group().onRevoked(member, revoked);
        }
    }

    private void release(Collection<TopicPartition> partitions) {
        process.onReleasing(partitions);
        listener().onRevoked(partitions);
        process.onReleased(partitions);
        positions.keySet().removeAll(partitions);
    }

    private void losePartitions(Set<TopicPartition> lost) {
        world.eventLog().add(EventType.LOST, process);
        if (!lost.isEmpty()) {
            listener().onLost(lost);
        }
        process.onReleased(lost);
        positions.clear();
    }

    private ConsumerRecords<byte[], byte[]> fetch() {
        var records = new LinkedHashMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
        var next = new HashMap<TopicPartition, OffsetAndMetadata>();
        int left = world.scenario().sizes().maxPollRecords();
        for (TopicPartition id : List.copyOf(positions.keySet())) {
            if (!paused.contains(id) && left > 0) {
                var taken = take(id, left, next);
                if (!taken.isEmpty()) {
                    left -= taken.size();
                    records.put(id, taken);
                }
            }
        }
        return new ConsumerRecords<>(records, next);
    }

    private List<ConsumerRecord<byte[], byte[]>> take(
            TopicPartition id, int max, Map<TopicPartition, OffsetAndMetadata> next) {
        long position = positions.getOrDefault(id, 0L);
        JobLog.PartitionLog log = world.jobs().log(id);
        boolean isOtherTopic = !log.topicId.equals(topicIds.get(id));
        if (position < log.start || (isOtherTopic && position > log.end)) {
            listener().onOutOfRange(id, position);
            return List.of();
        }
        if (position > log.end) {
            throw new IllegalStateException(id + " is polled beyond its end at " + position);
        }
        var taken = tasksFrom(log, position, max);
        long after = taken.isEmpty() ? position : taken.getLast().offset() + 1;
        boolean isLast = log.tasks.ceilingKey(after) == null;
        // Control records after the last record are skipped with it, or by a later poll.
        long reached = isLast && (taken.isEmpty() || world.occurs(0.5)) ? log.end : after;
        if (reached > position) {
            positions.put(id, reached);
            next.put(id, new OffsetAndMetadata(reached));
        }
        if (isOtherTopic) {
            taken.forEach(task -> task.isPolledEarly = true);
        }
        world.checker().onPolled(process, taken);
        return taken.stream().map(task -> task.record).toList();
    }

    /** Returns the tasks from a position. Called in each poll; a stream would double its time. */
    private static List<Task> tasksFrom(JobLog.PartitionLog log, long position, int max) {
        var tasks = new ArrayList<Task>();
        var entry = log.tasks.ceilingEntry(position);
        while (entry != null && tasks.size() < max) {
            tasks.add(entry.getValue());
            entry = log.tasks.higherEntry(entry.getKey());
        }
        return tasks;
    }

    @Override
    public Optional<Map<TopicPartition, OffsetAndMetadata>> committed(
            Set<TopicPartition> partitions) {
        process.mayFail(EventType.CRASH_AT_COMMITTED);
        process.block(world.between(200_000, 3_000_000));
        if (world.occurs(world.faults().unanswered())) {
            world.eventLog().add(EventType.OFFSETS_UNANSWERED, process);
            process.block(COMMITTED_WAIT);
            return Optional.empty();
        }
        if (world.transactions().stable(partitions).isEmpty()) {
            world.eventLog().add(EventType.OFFSETS_UNSTABLE, process);
            process.block(COMMITTED_WAIT);
        }
        return world.transactions().stable(partitions);
    }

    @Override
    public Map<TopicPartition, Long> unread(Set<TopicPartition> partitions) {
        var unread = new HashMap<TopicPartition, Long>();
        for (TopicPartition id : partitions) {
            long end = world.jobs().log(id).end;
            unread.put(id, Math.max(0, end - positions.getOrDefault(id, end)));
        }
        return unread;
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        positions.replace(partition, offset);
        topicIds.put(partition, process.topicIds.getOrDefault(partition, ""));
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
        return world.group().metadata(process.member);
    }

    @Override
    public void wakeup() {
        isWoken = true;
        process.end();
    }

    @Override
    public void close() {
        process.mayFail(EventType.CRASH_AT_POLL);
        var member = process.member;
        if (member != null && member.isMember) {
            release(List.copyOf(positions.keySet()));
            world.eventLog().add(EventType.LEFT, member);
            world.group().remove(member);
        }
    }
}
