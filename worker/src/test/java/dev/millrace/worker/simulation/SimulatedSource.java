package dev.millrace.worker.simulation;

import dev.millrace.worker.port.JobSource;
import dev.millrace.worker.simulation.time.Happening;
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

/** The consumer of a process: what the group wants of it, it learns when it polls. */
final class SimulatedSource implements JobSource {
    private static final Duration COMMITTED_WAIT = Duration.ofMillis(500);

    /** With one poll. */
    private static final double HEARS_OF_LOSS = 0.7;

    private final World world;
    private final WorkerProcess process;
    private final NavigableMap<TopicPartition, Long> positions = new TreeMap<>(JobLog.ORDER);

    /** Of each partition, the topic that its position is meant for. */
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
        process.step(Happening.CRASH_AT_POLL);
        process.onPoll();
        process.spend(world.between(20_000, 200_000));
        if (world.happens(world.faults().pollError())) {
            world.chronicle().note(Happening.POLL_FAILED, process);
            listener().onFailed("not authorized", world.random().nextBoolean());
            return ConsumerRecords.empty();
        }
        keepUp();
        var records = fetch();
        if (records.nextOffsets().isEmpty() && !isWoken && wait.isPositive()) {
            process.rest(wait);
            records = fetch();
        }
        isWoken = false;
        process.step(Happening.CRASH_AT_POLL);
        return records;
    }

    /** One step towards what the group wants. */
    private void keepUp() {
        var member = process.member;
        if (member == null) {
            process.member = world.group().join(process);
        } else if (!member.isMember) {
            // The news comes with a heartbeat, which a poll does not wait for.
            if (world.happens(HEARS_OF_LOSS)) {
                lose(Set.copyOf(positions.keySet()));
                process.member = null;
            }
        } else {
            var unwanted = world.group().toRevoke(member);
            if (unwanted.isEmpty()) {
                assign(member);
            } else {
                revoke(member, unwanted);
            }
        }
    }

    private void assign(Group.Member member) {
        var assigned = world.group().toAssign(member);
        if (assigned.isEmpty() || world.happens(0.5)) {
            return;
        }
        world.chronicle().note(Happening.ASSIGNED, member + " " + assigned);
        world.group().onAssigned(member, assigned);
        for (TopicPartition partition : assigned) {
            OffsetAndMetadata committed = world.transactions().committed(partition);
            positions.put(
                    partition,
                    committed == null ? world.jobs().shelf(partition).start : committed.offset());
            paused.add(partition);
        }
        listener().onAssigned(assigned);
    }

    private void revoke(Group.Member member, List<TopicPartition> unwanted) {
        world.chronicle().note(Happening.REVOKED, member + " " + unwanted);
        giveUp(unwanted);
        if (member.isMember) {
            world.group().onRevoked(member, unwanted);
        }
    }

    private void giveUp(Collection<TopicPartition> partitions) {
        process.onLeaving(partitions);
        listener().onRevoked(partitions);
        process.onLeft(partitions);
        positions.keySet().removeAll(partitions);
    }

    private void lose(Set<TopicPartition> lost) {
        world.chronicle().note(Happening.LOST, process);
        if (!lost.isEmpty()) {
            listener().onLost(lost);
        }
        process.onLeft(lost);
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
            TopicPartition id, int most, Map<TopicPartition, OffsetAndMetadata> next) {
        long position = positions.getOrDefault(id, 0L);
        JobLog.Shelf shelf = world.jobs().shelf(id);
        boolean isOfAnother = !shelf.topicId.equals(topicIds.get(id));
        if (position < shelf.start || (isOfAnother && position > shelf.end)) {
            listener().onOutOfRange(id, position);
            return List.of();
        }
        if (position > shelf.end) {
            throw new IllegalStateException(id + " is polled at " + position);
        }
        var taken = tasksFrom(shelf, position, most);
        long after = taken.isEmpty() ? position : taken.getLast().offset() + 1;
        boolean isLast = shelf.tasks.ceilingKey(after) == null;
        // Control records behind the last record are passed with it, or by a later poll.
        long reached = isLast && (taken.isEmpty() || world.happens(0.5)) ? shelf.end : after;
        if (reached > position) {
            positions.put(id, reached);
            next.put(id, new OffsetAndMetadata(reached));
        }
        if (isOfAnother) {
            taken.forEach(task -> task.isTakenEarly = true);
        }
        world.checker().onPolled(process, taken);
        return taken.stream().map(task -> task.record).toList();
    }

    /**
     * Returns the tasks from a position on. Called in each poll; a stream would be half its time.
     */
    private static List<Task> tasksFrom(JobLog.Shelf shelf, long position, int most) {
        var tasks = new ArrayList<Task>();
        var entry = shelf.tasks.ceilingEntry(position);
        while (entry != null && tasks.size() < most) {
            tasks.add(entry.getValue());
            entry = shelf.tasks.higherEntry(entry.getKey());
        }
        return tasks;
    }

    @Override
    public Optional<Map<TopicPartition, OffsetAndMetadata>> committed(
            Set<TopicPartition> partitions) {
        process.step(Happening.CRASH_AT_COMMITTED);
        process.spend(world.between(200_000, 3_000_000));
        if (world.happens(world.faults().unanswered())) {
            world.chronicle().note(Happening.OFFSETS_NOT_TOLD, process);
            process.spend(COMMITTED_WAIT);
            return Optional.empty();
        }
        if (world.transactions().stable(partitions).isEmpty()) {
            world.chronicle().note(Happening.OFFSETS_HIDDEN, process);
            process.spend(COMMITTED_WAIT);
        }
        return world.transactions().stable(partitions);
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
        process.step(Happening.CRASH_AT_POLL);
        var member = process.member;
        if (member != null && member.isMember) {
            giveUp(List.copyOf(positions.keySet()));
            world.chronicle().note(Happening.LEFT, member);
            world.group().remove(member);
        }
    }
}
