package dev.millrace.worker.loop;

import dev.millrace.contracts.config.WorkerConfig;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.ledger.Reading;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records in as far as there is room, skips what is finished, and pauses partitions for which
 * there is no room. Belongs to the loop's thread.
 */
final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    private final JobSource source;
    private final Desk desk;
    private final Committer committer;
    private final Holdings holdings;
    private final WorkerConfig config;
    private final Map<TopicPartition, Partition> partitions = new LinkedHashMap<>();

    Intake(
            JobSource source,
            Desk desk,
            Committer committer,
            Holdings holdings,
            WorkerConfig config) {
        this.source = source;
        this.desk = desk;
        this.committer = committer;
        this.holdings = holdings;
        this.config = config;
    }

    void onAssigned(Collection<TopicPartition> ids) {
        ids.forEach(id -> partitions.put(id, new Partition(id)));
    }

    /** Those of these that are ours. */
    Set<Partition> ours(Collection<TopicPartition> ids) {
        return ids.stream()
                .filter(partitions::containsKey)
                .map(partitions::get)
                .collect(Collectors.toSet());
    }

    Collection<Partition> all() {
        return List.copyOf(partitions.values());
    }

    /** Nothing more is taken from that partition. */
    void stopTaking(Partition partition) {
        holdings.onBuffered(-partition.bufferedBytes);
        partition.clearBuffer();
    }

    void onGone(Partition partition) {
        stopTaking(partition);
        partition.state = Partition.State.GONE;
        partitions.remove(partition.id, partition);
    }

    void onRecords(ConsumerRecords<byte[], byte[]> records) {
        for (TopicPartition id : records.partitions()) {
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
        // Beyond the last record lie the control records of transactions.
        OffsetAndMetadata next = records.nextOffsets().get(partition.id);
        if (next != null) {
            partition.polledTo = Math.max(partition.polledTo, next.offset());
        }
        holdings.onBuffered(partition.bufferedBytes - before);
    }

    /** Finds out what of the newly assigned partitions is finished. */
    void restore() {
        Set<Partition> restoring =
                partitions.values().stream()
                        .filter(it -> it.state == Partition.State.RESTORING)
                        .collect(Collectors.toSet());
        if (restoring.isEmpty()) {
            return;
        }
        var ids = restoring.stream().map(it -> it.id).collect(Collectors.toSet());
        source.committed(ids)
                .ifPresent(committed -> restoring.forEach(it -> restore(it, committed.get(it.id))));
    }

    private void restore(Partition partition, @Nullable OffsetAndMetadata committed) {
        if (committed == null) {
            partition.state = Partition.State.ACTIVE;
            return;
        }
        switch (PartitionLedger.read(committed.offset(), committed.metadata())) {
            case Reading.Known known -> {
                partition.ledger = PartitionLedger.restored(known, Partition.BOUNDS);
                partition.polledTo = committed.offset();
                partition.writtenTo = committed.offset();
                partition.state = Partition.State.ACTIVE;
                source.seek(partition.id, committed.offset());
            }
            case Reading.Unreadable unreadable ->
                    stop(
                            partition,
                            "its committed metadata cannot be read: " + unreadable.reason());
        }
    }

    /** Nothing more is taken of that partition, and everybody can see it. */
    void stop(Partition partition, String reason) {
        stopTaking(partition);
        partition.state = Partition.State.STOPPED;
        partition.stopReason = reason;
        LOG.atError()
                .addKeyValue("partition", partition.id)
                .log("the partition is stopped: {}", reason);
    }

    /** Takes buffered records as far as there is room. */
    void admit() {
        for (Partition partition : partitions.values()) {
            while (canAdmit(partition)) {
                admit(partition, partition.takeBuffered());
            }
            if (partition.state == Partition.State.ACTIVE && partition.buffer.isEmpty()) {
                moveOn(partition);
            }
        }
    }

    private void admit(Partition partition, ConsumerRecord<byte[], byte[]> record) {
        holdings.onBuffered(-Partition.bytes(record));
        passTo(partition, record.offset());
        if (partition.ledger.look(record.offset()) == PartitionLedger.Standing.FINISHED) {
            return;
        }
        partition.ledger.take(record.offset());
        desk.open(partition, record);
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

    /** Whether a buffered record can be taken now. */
    boolean canAdmit() {
        return partitions.values().stream().anyMatch(this::canAdmit);
    }

    private boolean canAdmit(Partition partition) {
        var record = partition.buffer.peek();
        if (record == null || partition.state != Partition.State.ACTIVE) {
            return false;
        }
        return switch (partition.ledger.look(record.offset())) {
            case FINISHED -> true;
            case UNFINISHED -> hasBytes();
            case NEW -> hasBytes() && hasPlace(partition, record.offset());
        };
    }

    private boolean hasBytes() {
        return holdings.takenBytes() < config.maxHeldBytes();
    }

    /** What an earlier owner has left open counts already, and must be met even when it is full. */
    private boolean hasPlace(Partition partition, long offset) {
        return partition.ledger.look(offset) != PartitionLedger.Standing.NEW
                || (partition.ledger.openCount() < config.maxOpenPerPartition()
                        && partition.ledger.hasRoomFor(offset));
    }

    /** Pauses what there is no room for, and resumes the rest. */
    void balance() {
        boolean hasRoom = holdings.allBytes() < config.maxHeldBytes();
        var pause = new ArrayList<TopicPartition>();
        var resume = new ArrayList<TopicPartition>();
        for (Partition partition : partitions.values()) {
            boolean wanted = hasRoom && wantsRecords(partition);
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
                && partition.buffer.isEmpty()
                && hasPlace(partition, partition.polledTo);
    }
}
