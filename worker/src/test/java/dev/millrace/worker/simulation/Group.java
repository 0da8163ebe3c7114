package dev.millrace.worker.simulation;

import dev.millrace.worker.simulation.time.EventLog;
import dev.millrace.worker.simulation.time.EventType;
import dev.millrace.worker.simulation.time.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The group coordinator for the consumer protocol (KIP-848): members with epochs, and a target
 * assignment. Each partition is reassigned when its former owner has released it or has left.
 */
final class Group {
    private static final int MAX_DELAY_NANOS = 20_000_000;

    private final List<TopicPartition> partitions;
    private final Timeline timeline;
    private final SplittableRandom random;
    private final EventLog eventLog;
    private final List<Member> members = new ArrayList<>();
    private final NavigableMap<TopicPartition, Member> targets = new TreeMap<>(JobLog.ORDER);
    private final Map<TopicPartition, Member> owners = new HashMap<>();
    private final IdentityHashMap<ConsumerGroupMetadata, Credentials> credentials =
            new IdentityHashMap<>();
    private int groupEpoch;

    /** Creates group metadata, which only Kafka's own classes may still construct. */
    private final MockConsumer<byte[], byte[]> metadataFactory = new MockConsumer<>("earliest");

    private record Credentials(Member member, int epoch) {}

    static final class Member {
        final WorkerProcess process;
        final int number;

        /** The epoch known to the coordinator. */
        int epoch;

        /** The epoch known to the client, from the last answer to a heartbeat. */
        int clientEpoch;

        /** False if the member has left or was removed. */
        boolean isMember = true;

        private Member(WorkerProcess process, int number) {
            this.process = process;
            this.number = number;
        }

        @Override
        public String toString() {
            return process + "/" + number;
        }
    }

    Group(
            List<TopicPartition> partitions,
            Timeline timeline,
            SplittableRandom random,
            EventLog eventLog) {
        this.partitions = partitions;
        this.timeline = timeline;
        this.random = random;
        this.eventLog = eventLog;
    }

    Member join(WorkerProcess process) {
        var member = new Member(process, ++groupEpoch);
        members.add(member);
        eventLog.add(EventType.JOINED, member);
        assignTargets();
        updateEpoch(member);
        return member;
    }

    /** Removes a member that leaves or has expired, and releases its partitions at once. */
    void remove(Member member) {
        member.isMember = false;
        members.remove(member);
        owners.values().removeIf(owner -> owner == member);
        targets.values().removeIf(target -> target == member);
        assignTargets();
    }

    /** Computes a new assignment, as after a change of topics, racks or assignors. */
    void rebalance() {
        if (!members.isEmpty()) {
            eventLog.add(EventType.REBALANCED, members);
            targets.clear();
            assignTargets();
        }
    }

    /** Assigns free partitions to the members with the fewest, and balances the assignment. */
    private void assignTargets() {
        groupEpoch++;
        if (members.isEmpty()) {
            return;
        }
        var unassigned = new ArrayList<>(partitions);
        unassigned.removeAll(targets.keySet());
        shuffle(unassigned);
        unassigned.forEach(partition -> targets.put(partition, leastLoaded()));
        while (load(mostLoaded()) - load(leastLoaded()) > 1) {
            Member least = leastLoaded();
            targets.put(targetsOf(mostLoaded()).getFirst(), least);
        }
        members.forEach(this::scheduleEpochUpdate);
    }

    /** Raises the epoch of a member without partitions to release, with a later heartbeat. */
    private void scheduleEpochUpdate(Member member) {
        timeline.after(
                Duration.ofMillis(random.nextInt(300)),
                () -> {
                    if (toRevoke(member).isEmpty()) {
                        member.epoch = groupEpoch;
                        timeline.after(
                                Duration.ofNanos(random.nextInt(MAX_DELAY_NANOS)),
                                () -> deliverEpoch(member));
                    }
                });
    }

    /** Delivers the client's epoch on the client's thread, unless the process is paused. */
    private void deliverEpoch(Member member) {
        if (member.process.isPaused()) {
            timeline.at(member.process.pausedUntil(), () -> deliverEpoch(member));
        } else {
            member.clientEpoch = member.epoch;
        }
    }

    private void updateEpoch(Member member) {
        member.epoch = groupEpoch;
        member.clientEpoch = groupEpoch;
    }

    private void shuffle(List<TopicPartition> list) {
        for (int i = list.size() - 1; i > 0; i--) {
            Collections.swap(list, i, random.nextInt(i + 1));
        }
    }

    private Member leastLoaded() {
        return Collections.min(members, Comparator.comparingLong(this::load));
    }

    private Member mostLoaded() {
        return Collections.max(members, Comparator.comparingLong(this::load));
    }

    private long load(Member member) {
        return targetsOf(member).size();
    }

    private List<TopicPartition> targetsOf(Member member) {
        return partitionsWhere(it -> targets.get(it) == member);
    }

    /** Returns the partitions that a member owns but must release. */
    List<TopicPartition> toRevoke(Member member) {
        return partitionsWhere(it -> targets.get(it) != member && owners.get(it) == member);
    }

    /** Returns the partitions that a member should own and no member owns. */
    List<TopicPartition> toAssign(Member member) {
        return partitionsWhere(it -> targets.get(it) == member && !owners.containsKey(it));
    }

    /** Filters without streams, which would take a tenth of the time: called twice in each poll. */
    private List<TopicPartition> partitionsWhere(Predicate<TopicPartition> condition) {
        var found = new ArrayList<TopicPartition>();
        for (TopicPartition partition : partitions) {
            if (condition.test(partition)) {
                found.add(partition);
            }
        }
        return found;
    }

    void onRevoked(Member member, Collection<TopicPartition> released) {
        released.forEach(partition -> owners.remove(partition, member));
        updateEpoch(member);
    }

    void onAssigned(Member member, Collection<TopicPartition> assigned) {
        assigned.forEach(partition -> owners.put(partition, member));
        updateEpoch(member);
    }

    /** Returns the current owner of a partition; null for none. */
    @Nullable Member owner(TopicPartition partition) {
        return owners.get(partition);
    }

    ConsumerGroupMetadata metadata(@Nullable Member member) {
        ConsumerGroupMetadata metadata = metadataFactory.groupMetadata();
        if (member != null) {
            credentials.put(metadata, new Credentials(member, member.clientEpoch));
        }
        return metadata;
    }

    /** Returns true for a current member with its current epoch, which may commit any offset. */
    boolean accepts(ConsumerGroupMetadata metadata) {
        Credentials known = credentials.get(metadata);
        return known != null && known.member.isMember && known.epoch == known.member.epoch;
    }
}
