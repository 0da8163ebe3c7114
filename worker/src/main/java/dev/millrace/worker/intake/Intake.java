package dev.millrace.worker.intake;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.service.StoppedPartition.Reason;
import dev.millrace.worker.capacity.Capacity;
import dev.millrace.worker.commit.PendingWrites;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.job.RecordBuffer;
import dev.millrace.worker.job.ServedModels;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.limits.LoopContext;
import dev.millrace.worker.limits.PauseAndCancelState;
import dev.millrace.worker.port.JobSource;
import dev.millrace.worker.schedule.Schedule;
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
 * Buffers and admits records while there is room, skips finished records, and pauses partitions for
 * which there is no room. Owns the assigned partitions. Belongs to the loop's thread.
 */
public final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    /** Number of ready jobs that every lane can have, however few calls the worker may run. */
    private static final int MIN_READY = 1_000;

    /** Number of tenants of a lane that each can have as many ready jobs as a single one. */
    private static final int MOST_TENANTS = 10;

    /**
     * Ready jobs that every partition may have, however many jobs of its lane are ready. Only ready
     * jobs are compared by age, so each partition needs some.
     */
    private static final int MIN_READY_PER_PARTITION = 32;

    /**
     * Number of records that all partitions of a lane buffer together, for each allowed ready job.
     * A partition is polled again before its buffer is empty: without its next record, its jobs
     * could not be compared with jobs of other partitions.
     */
    private static final int BUFFERED_PER_READY = 2;

    /** Minimum of the records buffered per partition, however many partitions there are. */
    private static final int MIN_BUFFERED = 64;

    /** Buffered bytes of one partition above which it is not polled. */
    private static final long MAX_BUFFERED_BYTES = 1 << 20;

    private final JobSource source;
    private final Schedule schedule;
    private final JobAdmission admission;
    private final PendingWrites pending;
    private final Capacity capacity;
    private final PauseAndCancelState pauseAndCancel;
    private final Map<String, JobTopic> topics;
    private final int maxOpenPerPartition;
    private final boolean acceptResend;
    private final int maxReady;
    private final Map<TopicPartition, Partition> partitions = new LinkedHashMap<>();
    private final Map<JobTopic, Set<Partition>> lanes = new LinkedHashMap<>();

    public Intake(
            JobSource source,
            Schedule schedule,
            JobAdmission admission,
            PendingWrites pending,
            ServedModels served,
            LoopContext context) {
        this.source = source;
        this.schedule = schedule;
        this.admission = admission;
        this.pending = pending;
        this.capacity = context.capacity();
        this.pauseAndCancel = context.pauseAndCancel();
        this.topics = served.topics();
        this.acceptResend = served.acceptResend();
        this.maxOpenPerPartition = context.config().maxOpenPerPartition();
        // More ready jobs would only use memory, since only the next calls are needed.
        this.maxReady = Math.max(MIN_READY, context.config().maxInFlight() / 2);
    }

    /** Adds newly assigned partitions. */
    public void onAssigned(Collection<TopicPartition> ids) {
        for (TopicPartition id : ids) {
            var partition = new Partition(id, topicOf(id));
            partitions.put(id, partition);
            lane(partition.topic()).add(partition);
        }
    }

    private JobTopic topicOf(TopicPartition id) {
        return topics.getOrDefault(id.topic(), new JobTopic(id.topic(), Lane.NORMAL));
    }

    /**
     * Returns the given partitions that this worker owns, in the given order, so that processing is
     * deterministic.
     */
    public Set<Partition> owned(Collection<TopicPartition> ids) {
        return ids.stream()
                .filter(partitions::containsKey)
                .map(partitions::get)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Returns the assigned partitions. */
    public Collection<Partition> all() {
        return List.copyOf(partitions.values());
    }

    /**
     * Stops a partition whose topic has no record at its next offset. With {@code acceptResend},
     * restarts the partition at the first available record.
     */
    public void onOutOfRange(TopicPartition id, long position) {
        for (Partition partition : owned(Set.of(id))) {
            stopAdmission(partition);
            partition.stop(
                    Reason.OFFSET_OUT_OF_RANGE,
                    "the topic has no record at its offset " + position);
            if (acceptResend) {
                partition.requestRestartUncommitted();
            }
        }
    }

    /** Stops a partition with a corrupt batch; records polled before it continue. */
    public void onCorrupt(TopicPartition id, String reason) {
        owned(Set.of(id)).forEach(it -> it.stop(Reason.CORRUPT_BATCH, reason));
    }

    /** Drops the buffered records of a partition, which admits no more records. */
    public void stopAdmission(Partition partition) {
        capacity.onHeld(partition, -partition.buffer().bytes());
        partition.buffer().clear();
    }

    /** Removes a partition that is no longer assigned. */
    public void onGone(Partition partition) {
        stopAdmission(partition);
        partition.leave();
        partitions.remove(partition.id(), partition);
        lane(partition.topic()).remove(partition);
    }

    /**
     * Replaces a partition by its {@linkplain Partition#restarted restarted} object, which starts
     * at another offset.
     */
    public void restart(Partition partition) {
        onGone(partition);
        source.pause(List.of(partition.id()));
        Partition restarted = partition.restarted();
        partitions.put(restarted.id(), restarted);
        lane(restarted.topic()).add(restarted);
    }

    /** Buffers polled records. */
    public void onRecords(ConsumerRecords<byte[], byte[]> records) {
        // Includes partitions without records, since a poll may pass only control records.
        for (TopicPartition id : records.nextOffsets().keySet()) {
            Partition partition = partitions.get(id);
            if (partition != null && partition.isActive()) {
                buffer(partition, records);
            }
        }
    }

    private void buffer(Partition partition, ConsumerRecords<byte[], byte[]> records) {
        long before = partition.buffer().bytes();
        for (var record : records.records(partition.id())) {
            partition.buffer().add(record);
        }
        OffsetAndMetadata next = records.nextOffsets().get(partition.id());
        if (next != null) {
            partition.buffer().onPolledTo(next.offset());
        }
        capacity.onHeld(partition, partition.buffer().bytes() - before);
    }

    /** Returns true when an active partition is paused because there is no room. */
    public boolean hasPausedForRoom() {
        return partitions.values().stream().anyMatch(it -> it.isPaused() && it.isActive());
    }

    /** Returns true while the finished jobs of some partition are unknown. */
    public boolean isRestoring() {
        return partitions.values().stream().anyMatch(Partition::isRestoring);
    }

    /** Admits buffered records while there is room. */
    public void admit() {
        for (Partition partition : partitions.values()) {
            if (partition.hasWaitingRecord()) {
                skipFinished(partition);
                admitWhileRoom(partition);
            }
            if (partition.isActive() && partition.buffer().isEmpty()) {
                advance(partition);
            }
        }
    }

    private void admitWhileRoom(Partition partition) {
        while (!partition.buffer().isEmpty() && needsReadyJobs(partition) && canTake(partition)) {
            admit(partition);
        }
    }

    /**
     * Returns true while more jobs of a partition should be ready. The partitions of a lane share
     * its ready jobs; a partition can use room that the others do not need. With the jobs of more
     * tenants, more are ready, so that the next tenant's jobs are found behind them.
     */
    private boolean needsReadyJobs(Partition partition) {
        int tenants = Math.clamp(schedule.tenantCount(partition.topic()), 1, MOST_TENANTS);
        return schedule.readyCount(partition.topic()) < tenants * maxReady
                || schedule.readyCount(partition)
                        < shareOf(partition, maxReady, MIN_READY_PER_PARTITION);
    }

    private int shareOf(Partition partition, int ofLane, int min) {
        return Math.max(min, ofLane / lane(partition.topic()).size());
    }

    private void admit(Partition partition) {
        var record = partition.buffer().take();
        passTo(partition, record.offset());
        admission.open(
                partition, record, partition.ledger().take(record.offset(), record.timestamp()));
        skipFinished(partition);
    }

    /** Drops buffered records that an earlier owner finished, up to the next open record. */
    private void skipFinished(Partition partition) {
        for (var record = partition.buffer().peek();
                record != null
                        && status(partition, record) == PartitionLedger.RecordStatus.FINISHED;
                record = partition.buffer().peek()) {
            passTo(partition, record.offset());
            capacity.onHeld(partition, -RecordBuffer.bytes(partition.buffer().take()));
        }
    }

    private static PartitionLedger.RecordStatus status(
            Partition partition, ConsumerRecord<byte[], byte[]> record) {
        return partition.ledger().status(record.offset());
    }

    private static void passTo(Partition partition, long offset) {
        int vanished = partition.ledger().passTo(offset);
        if (vanished > 0) {
            LOG.atError()
                    .addKeyValue("partition", partition.id())
                    .addKeyValue("jobs", vanished)
                    .log("unfinished jobs are no longer in the topic");
        }
    }

    /** Advances over skipped records and control records; commits them even without a result. */
    private void advance(Partition partition) {
        passTo(partition, partition.buffer().polledTo());
        if (partition.ledger().openCount() == 0
                && partition.ledger().offset() > partition.commits().attemptedTo()) {
            pending.onLedgerChanged(partition);
        }
    }

    /** Returns true when a buffered record can be admitted now. */
    public boolean canAdmit() {
        return partitions.values().stream()
                .anyMatch(it -> it.hasWaitingRecord() && needsReadyJobs(it) && canTake(it));
    }

    private boolean canTake(Partition partition) {
        return canTake(partition, Objects.requireNonNull(partition.buffer().peek()).offset());
    }

    /**
     * Returns true if the record can be taken. A record that an earlier owner took needs no room.
     */
    private boolean canTake(Partition partition, long offset) {
        return partition.ledger().status(offset) != PartitionLedger.RecordStatus.NEW
                || (partition.ledger().openCount() < maxOpenPerPartition
                        && partition.ledger().hasRoomFor(offset));
    }

    /** Pauses partitions for which there is no room, and resumes all others. */
    public void pauseAndResume() {
        var pause = new ArrayList<TopicPartition>();
        var resume = new ArrayList<TopicPartition>();
        for (Partition partition : partitions.values()) {
            boolean shouldPoll = shouldPoll(partition);
            if (shouldPoll && partition.isPaused()) {
                resume.add(partition.id());
                partition.onResumed();
            } else if (!shouldPoll && !partition.isPaused()) {
                pause.add(partition.id());
                partition.onPaused();
            }
        }
        if (!pause.isEmpty()) {
            source.pause(pause);
        }
        if (!resume.isEmpty()) {
            source.resume(resume);
        }
    }

    private boolean shouldPoll(Partition partition) {
        return partition.isActive()
                && !partition.isStopped()
                && hasRoomInBuffer(partition)
                && capacity.hasBytes(partition.topic(), !pauseAndCancel.mayStart(partition.model()))
                && canTake(partition, partition.buffer().polledTo());
    }

    private boolean hasRoomInBuffer(Partition partition) {
        int max = shareOf(partition, BUFFERED_PER_READY * maxReady, MIN_BUFFERED);
        return partition.buffer().size() < max && partition.buffer().bytes() < MAX_BUFFERED_BYTES;
    }

    private Set<Partition> lane(JobTopic topic) {
        return lanes.computeIfAbsent(topic, _ -> new LinkedHashSet<>());
    }
}
