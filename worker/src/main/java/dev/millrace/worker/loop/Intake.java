package dev.millrace.worker.loop;

import dev.millrace.contracts.config.WorkerConfig;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.port.JobSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records in as far as there is room, skips what is finished, and pauses partitions for which
 * there is no room. Belongs to the loop's thread.
 */
final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    /** Of each lane so many at least, so that critical jobs among them can go first. */
    private static final int LEAST_READY = 1_000;

    /**
     * Jobs of one partition that may be ready at least, however many of its lane are. Only jobs
     * that are ready are compared by age, so each partition needs some.
     */
    private static final int LEAST_READY_PER_PARTITION = 32;

    /**
     * Records that a lane buffers, all its partitions together, for each job that may be ready. A
     * partition is polled again before its buffer is empty: without its next record, its jobs could
     * not be compared with those of other partitions.
     */
    private static final int BUFFERED_PER_READY = 2;

    /** Records of one partition that are buffered at least, however many partitions there are. */
    private static final int LEAST_BUFFERED = 64;

    /** Bytes of one partition above which no more records are polled. */
    private static final long MOST_BUFFERED_BYTES = 1 << 20;

    private final JobSource source;
    private final Schedule schedule;
    private final JobAdmission admission;
    private final Committer committer;
    private final Capacity capacity;
    private final PauseAndCancelState pauseAndCancel;
    private final Map<String, JobTopic> topics;
    private final int maxOpenPerPartition;
    private final boolean acceptResend;
    private final int mostReady;
    private final Map<TopicPartition, Partition> partitions = new LinkedHashMap<>();
    private final Map<JobTopic, Set<Partition>> lanes = new LinkedHashMap<>();

    Intake(JobSource source, LoopContext context, Receivers receivers, Limits limits) {
        this.source = source;
        this.capacity = context.capacity();
        this.pauseAndCancel = context.pauseAndCancel();
        this.schedule = receivers.schedule();
        this.admission = receivers.admission();
        this.committer = receivers.committer();
        this.topics = limits.topics();
        this.maxOpenPerPartition = limits.config().maxOpenPerPartition();
        this.acceptResend = limits.acceptResend();
        // More would only be held: it is the next calls that are needed.
        this.mostReady = Math.max(LEAST_READY, limits.config().maxInFlight() / 2);
    }

    /** Who goes on with what is taken in. */
    record Receivers(Schedule schedule, JobAdmission admission, Committer committer) {}

    /**
     * Whose jobs each topic holds, how many may be open, and whether a partition goes on where
     * finished calls may be made again.
     */
    record Limits(Map<String, JobTopic> topics, WorkerConfig config, boolean acceptResend) {}

    void onAssigned(Collection<TopicPartition> ids) {
        for (TopicPartition id : ids) {
            var partition = new Partition(id, topicOf(id));
            partitions.put(id, partition);
            lane(partition.topic).add(partition);
        }
    }

    private JobTopic topicOf(TopicPartition id) {
        return topics.getOrDefault(id.topic(), new JobTopic(id.topic(), Lane.NORMAL));
    }

    /** Those of these that are ours, in their order: what follows is the same each time. */
    Set<Partition> ours(Collection<TopicPartition> ids) {
        return ids.stream()
                .filter(partitions::containsKey)
                .map(partitions::get)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    Collection<Partition> all() {
        return List.copyOf(partitions.values());
    }

    /**
     * The topic has no record at the next offset of a partition. Nothing more is taken of it, and
     * everybody can see it; or it begins again at the first record that is left.
     */
    void onOutOfRange(TopicPartition id, long position) {
        for (Partition partition : ours(Set.of(id))) {
            stopTaking(partition);
            partition.stop("the topic has no record at its offset " + position);
            if (acceptResend) {
                partition.restart = Partition.State.UNCOMMITTED;
            }
        }
    }

    /** What was polled before goes on; nothing behind it can be. */
    void onCorrupt(TopicPartition id, String reason) {
        ours(Set.of(id)).forEach(it -> it.stop(reason));
    }

    /** Nothing more is taken from that partition. */
    void stopTaking(Partition partition) {
        capacity.onHeld(partition, -partition.bufferedBytes);
        partition.clearBuffer();
    }

    void onGone(Partition partition) {
        stopTaking(partition);
        partition.leave();
        partitions.remove(partition.id, partition);
        lane(partition.topic).remove(partition);
    }

    /** Begins with a partition as if it had just been assigned, or as if nothing were committed. */
    void restart(Partition partition) {
        onGone(partition);
        source.pause(List.of(partition.id));
        var again = new Partition(partition.id, partition.topic);
        again.state = Objects.requireNonNull(partition.restart);
        if (again.state == Partition.State.UNCOMMITTED) {
            again.onTopicId(partition.topicId());
        }
        partitions.put(again.id, again);
        lane(again.topic).add(again);
    }

    void onRecords(ConsumerRecords<byte[], byte[]> records) {
        // More than those with records: a poll may pass nothing but control records.
        for (TopicPartition id : records.nextOffsets().keySet()) {
            Partition partition = partitions.get(id);
            if (partition != null && partition.state == Partition.State.ACTIVE) {
                buffer(partition, records);
            }
        }
    }

    private void buffer(Partition partition, ConsumerRecords<byte[], byte[]> records) {
        long before = partition.bufferedBytes;
        for (var record : records.records(partition.id)) {
            partition.buffer(record);
            partition.polledTo = Math.max(partition.polledTo, record.offset() + 1);
        }
        OffsetAndMetadata next = records.nextOffsets().get(partition.id);
        if (next != null) {
            partition.polledTo = Math.max(partition.polledTo, next.offset());
        }
        capacity.onHeld(partition, partition.bufferedBytes - before);
    }

    /** Whether a partition whose records would be taken is paused for want of room. */
    boolean hasPaused() {
        return partitions.values().stream()
                .anyMatch(it -> it.isPaused && it.state == Partition.State.ACTIVE);
    }

    /** Whether it is to be found out of some partition what of it is finished. */
    boolean isRestoring() {
        return partitions.values().stream().anyMatch(Partition::isRestoring);
    }

    /** Admits buffered records as far as there is room. */
    void admit() {
        for (Partition partition : partitions.values()) {
            if (partition.hasWaitingRecord()) {
                skipFinished(partition);
                admitWhileRoom(partition);
            }
            if (partition.state == Partition.State.ACTIVE && partition.buffer.isEmpty()) {
                moveOn(partition);
            }
        }
    }

    /** Critical jobs go before all that are ready, and have slots that others may not use. */
    private void admitWhileRoom(Partition partition) {
        while (!partition.buffer.isEmpty()
                && (needsReady(partition) || isCriticalNext(partition))
                && canTake(partition)) {
            admit(partition);
        }
    }

    /**
     * Returns true while more jobs of a partition should be ready. A lane's partitions share its
     * ready jobs; what some do not use is left to the others.
     */
    private boolean needsReady(Partition partition) {
        return schedule.readyCount(partition.topic) < mostReady
                || schedule.readyCount(partition)
                        < shareOf(partition, mostReady, LEAST_READY_PER_PARTITION);
    }

    private int shareOf(Partition partition, int ofLane, int least) {
        return Math.max(least, ofLane / lane(partition.topic).size());
    }

    private void admit(Partition partition) {
        var record = partition.takeBuffered();
        passTo(partition, record.offset());
        admission.open(partition, record, partition.ledger.take(record.offset()));
        skipFinished(partition);
    }

    /** Drops buffered records that an earlier owner finished, up to the next one that is open. */
    private void skipFinished(Partition partition) {
        for (var record = partition.buffer.peek();
                record != null && standing(partition, record) == PartitionLedger.Standing.FINISHED;
                record = partition.buffer.peek()) {
            passTo(partition, record.offset());
            capacity.onHeld(partition, -Partition.bytes(partition.takeBuffered()));
        }
    }

    private static PartitionLedger.Standing standing(
            Partition partition, ConsumerRecord<byte[], byte[]> record) {
        return partition.ledger.look(record.offset());
    }

    private static void passTo(Partition partition, long offset) {
        int vanished = partition.ledger.passTo(offset);
        if (vanished > 0) {
            LOG.atError()
                    .addKeyValue("partition", partition.id)
                    .addKeyValue("jobs", vanished)
                    .log("unfinished jobs are no longer in the topic");
        }
    }

    /** With nothing open, what was skipped and control records are committed without a result. */
    private void moveOn(Partition partition) {
        passTo(partition, partition.polledTo);
        if (partition.ledger.openCount() == 0
                && partition.ledger.snapshot().offset() > partition.writtenTo) {
            committer.onMoved(partition);
        }
    }

    /** Returns true when a buffered record can be admitted now. */
    boolean canAdmit() {
        return partitions.values().stream()
                .anyMatch(
                        it ->
                                it.hasWaitingRecord()
                                        && (needsReady(it) || isCriticalNext(it))
                                        && canTake(it));
    }

    private static boolean isCriticalNext(Partition partition) {
        var record = partition.buffer.peek();
        return record != null
                && partition.lane == Lane.NORMAL
                && MillraceHeaders.text(record.headers(), MillraceHeaders.PRIORITY)
                        .filter(Priority.CRITICAL.word()::equals)
                        .isPresent();
    }

    private boolean canTake(Partition partition) {
        return canTake(partition, partition.buffer.getFirst().offset());
    }

    /** What an earlier owner had taken has its place already. */
    private boolean canTake(Partition partition, long offset) {
        return partition.ledger.look(offset) != PartitionLedger.Standing.NEW
                || (partition.ledger.openCount() < maxOpenPerPartition
                        && partition.ledger.hasRoomFor(offset));
    }

    /** Pauses what there is no room for, and resumes the rest. */
    void balance() {
        var pause = new ArrayList<TopicPartition>();
        var resume = new ArrayList<TopicPartition>();
        for (Partition partition : partitions.values()) {
            boolean wanted = wantsRecords(partition);
            if (wanted == partition.isPaused) {
                (wanted ? resume : pause).add(partition.id);
                partition.isPaused = !wanted;
            }
        }
        if (!pause.isEmpty()) {
            source.pause(pause);
        }
        if (!resume.isEmpty()) {
            source.resume(resume);
        }
    }

    private boolean wantsRecords(Partition partition) {
        return partition.state == Partition.State.ACTIVE
                && partition.trouble().isEmpty()
                && needsRecords(partition)
                && capacity.hasBytes(partition.topic, !pauseAndCancel.mayStart(partition.model))
                && canTake(partition, partition.polledTo);
    }

    private boolean needsRecords(Partition partition) {
        int most = shareOf(partition, BUFFERED_PER_READY * mostReady, LEAST_BUFFERED);
        return partition.buffer.size() < most && partition.bufferedBytes < MOST_BUFFERED_BYTES;
    }

    private Set<Partition> lane(JobTopic topic) {
        return lanes.computeIfAbsent(topic, _ -> new LinkedHashSet<>());
    }
}
