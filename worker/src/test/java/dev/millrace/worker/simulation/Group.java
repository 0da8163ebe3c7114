package dev.millrace.worker.simulation;

import dev.millrace.worker.simulation.time.Chronicle;
import dev.millrace.worker.simulation.time.Happening;
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
 * The group coordinator, as for the consumer protocol (KIP-848): members with epochs, a target
 * assignment, and partitions that change hands one by one, each when its former owner has given it
 * up or is gone.
 */
final class Group {
    private static final int MAX_DELAY_NANOS = 20_000_000;

    private final List<TopicPartition> partitions;
    private final Timeline timeline;
    private final SplittableRandom random;
    private final Chronicle chronicle;
    private final List<Member> members = new ArrayList<>();
    private final NavigableMap<TopicPartition, Member> targets = new TreeMap<>(JobLog.ORDER);
    private final Map<TopicPartition, Member> owners = new HashMap<>();
    private final IdentityHashMap<ConsumerGroupMetadata, Credentials> credentials =
            new IdentityHashMap<>();
    private int groupEpoch;

    /** Only Kafka's own classes may still make metadata. */
    private final MockConsumer<byte[], byte[]> mint = new MockConsumer<>("earliest");

    private record Credentials(Member member, int epoch) {}

    /** A member, as the coordinator knows it. */
    static final class Member {
        final WorkerProcess process;
        final int number;

        /** As the coordinator has it. */
        int epoch;

        /** As the member has last heard of it, with the answer to a heartbeat. */
        int heardEpoch;

        /** False when it has left or has been expelled. */
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
            Chronicle chronicle) {
        this.partitions = partitions;
        this.timeline = timeline;
        this.random = random;
        this.chronicle = chronicle;
    }

    Member join(WorkerProcess process) {
        var member = new Member(process, ++groupEpoch);
        members.add(member);
        chronicle.note(Happening.JOINED, member);
        level();
        renew(member);
        return member;
    }

    /** It has left, or is expelled: what it had is free at once. */
    void remove(Member member) {
        member.isMember = false;
        members.remove(member);
        owners.values().removeIf(owner -> owner == member);
        targets.values().removeIf(target -> target == member);
        level();
    }

    /** Another assignment, as after a change of topics, racks or assignors. */
    void rebalance() {
        if (!members.isEmpty()) {
            chronicle.note(Happening.REBALANCED, members);
            targets.clear();
            level();
        }
    }

    /** Gives what nobody has to who has least, and evens out. */
    private void level() {
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
        members.forEach(this::announce);
    }

    /**
     * A member that has nothing to give up learns its new epoch with one of its next heartbeats.
     */
    private void announce(Member member) {
        timeline.after(
                Duration.ofMillis(random.nextInt(300)),
                () -> {
                    if (toRevoke(member).isEmpty()) {
                        member.epoch = groupEpoch;
                        timeline.after(
                                Duration.ofNanos(random.nextInt(MAX_DELAY_NANOS)),
                                () -> hear(member));
                    }
                });
    }

    /** Its client hears of it on a thread of its own, unless the whole process stands still. */
    private void hear(Member member) {
        if (member.process.isPaused()) {
            timeline.at(member.process.pausedUntil(), () -> hear(member));
        } else {
            member.heardEpoch = member.epoch;
        }
    }

    private void renew(Member member) {
        member.epoch = groupEpoch;
        member.heardEpoch = groupEpoch;
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
        return where(it -> targets.get(it) == member);
    }

    /** What it has and is to give up. */
    List<TopicPartition> toRevoke(Member member) {
        return where(it -> targets.get(it) != member && owners.get(it) == member);
    }

    /** What it is to have and nobody has. */
    List<TopicPartition> toAssign(Member member) {
        return where(it -> targets.get(it) == member && !owners.containsKey(it));
    }

    /** Every poll asks twice; streams would take a tenth of a simulation's time. */
    private List<TopicPartition> where(Predicate<TopicPartition> condition) {
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
        renew(member);
    }

    void onAssigned(Member member, Collection<TopicPartition> assigned) {
        assigned.forEach(partition -> owners.put(partition, member));
        renew(member);
    }

    /** Who may work on it now; null for nobody. */
    @Nullable Member owner(TopicPartition partition) {
        return owners.get(partition);
    }

    ConsumerGroupMetadata metadata(@Nullable Member member) {
        ConsumerGroupMetadata metadata = mint.groupMetadata();
        if (member != null) {
            credentials.put(metadata, new Credentials(member, member.heardEpoch));
        }
        return metadata;
    }

    /** Offsets are taken from any member that is up to date, for any partition. */
    boolean accepts(ConsumerGroupMetadata metadata) {
        Credentials shown = credentials.get(metadata);
        return shown != null && shown.member.isMember && shown.epoch == shown.member.epoch;
    }
}
