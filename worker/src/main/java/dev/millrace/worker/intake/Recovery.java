package dev.millrace.worker.intake;

import dev.millrace.contracts.service.StoppedPartition.Reason;
import dev.millrace.worker.commit.PendingWrite;
import dev.millrace.worker.commit.PendingWrites;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.ledger.LedgerLimits;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.ledger.Reading;
import dev.millrace.worker.ledger.Snapshot;
import dev.millrace.worker.ledger.TopicTag;
import dev.millrace.worker.port.JobSource;
import dev.millrace.worker.port.JobTopics;
import dev.millrace.worker.port.JobTopics.Committed;
import dev.millrace.worker.port.JobTopics.MissingOffset;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which jobs of newly assigned partitions are finished, and starts the partitions after
 * the finished jobs. If the finished jobs of a partition are unknown, the partition stops visibly,
 * since finished calls would be billed again. Belongs to the loop's thread.
 */
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final JobSource source;
    private final JobTopics topics;
    private final PendingWrites pending;
    private final boolean acceptResend;
    private final int maxAttempts;

    /** Limits of the ledgers; null until the broker's limits are known. */
    private @Nullable LedgerLimits ledgerLimits;

    /**
     * @param acceptResend whether to start a partition even if its finished jobs are unknown
     */
    public Recovery(
            JobSource source,
            JobTopics topics,
            PendingWrites pending,
            boolean acceptResend,
            int maxAttempts) {
        this.source = source;
        this.topics = topics;
        this.pending = pending;
        this.acceptResend = acceptResend;
        this.maxAttempts = maxAttempts;
    }

    /** Continues to restore the given partitions for which the cluster has answered. */
    public void restore(Collection<Partition> partitions) {
        if (ledgerLimits == null) {
            topics.limits().ifPresent(limits -> ledgerLimits = ledgerLimits(limits));
        }
        LedgerLimits limits = ledgerLimits;
        if (limits != null) {
            lookUpCommittedOffsets(partitions, limits);
            lookUpMissingOffsets(partitions, limits);
        }
    }

    private LedgerLimits ledgerLimits(JobTopics.Limits limits) {
        return new LedgerLimits(limits.metadataChars() - TopicTag.CHARS, maxAttempts);
    }

    private void lookUpCommittedOffsets(Collection<Partition> partitions, LedgerLimits limits) {
        List<Partition> restoring =
                partitions.stream().filter(Partition::awaitsCommittedOffset).toList();
        requestCommittedOffsets(restoring.stream().filter(it -> it.lookup() == null).toList());
        for (Partition partition : restoring) {
            CompletableFuture<Committed> lookup = partition.lookup();
            if (lookup != null && lookup.isDone()) {
                partition.onTopicId(lookup.join().topicId());
                onCommittedOffset(partition, lookup.join().offset(), limits);
            }
        }
    }

    private void requestCommittedOffsets(List<Partition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        var lookups = topics.committed(ids(partitions));
        partitions.forEach(it -> it.onLookup(Objects.requireNonNull(lookups.get(it.id()))));
    }

    private void onCommittedOffset(
            Partition partition, @Nullable OffsetAndMetadata committed, LedgerLimits limits) {
        if (committed == null) {
            partition.onNothingCommitted();
            return;
        }
        if (partition.isOfAnotherTopic(committed.metadata())) {
            LOG.atWarn()
                    .addKeyValue("partition", partition.id())
                    .log(
                            "the committed offset belongs to a deleted topic of this name and is ignored");
            partition.onNothingCommitted();
            return;
        }
        switch (PartitionLedger.read(committed.offset(), committed.metadata())) {
            case Reading.Known reading ->
                    begin(
                            partition,
                            PartitionLedger.restored(reading, limits),
                            committed.offset(),
                            new Snapshot(
                                    committed.offset(),
                                    committed.metadata(),
                                    reading.standingRange(),
                                    reading.standingUntil()));
            case Reading.Unreadable _ when acceptResend ->
                    beginUnknown(partition, committed.offset(), limits);
            case Reading.Unreadable unreadable ->
                    partition.stop(
                            Reason.UNREADABLE_METADATA,
                            "its committed metadata cannot be read: " + unreadable.reason());
        }
    }

    private void lookUpMissingOffsets(Collection<Partition> partitions, LedgerLimits limits) {
        List<Partition> uncommitted = partitions.stream().filter(Partition::isUncommitted).toList();
        if (uncommitted.isEmpty()) {
            return;
        }
        topics.missingOffsets(ids(uncommitted))
                .ifPresent(
                        missingOffsets ->
                                uncommitted.forEach(
                                        it -> {
                                            MissingOffset missingOffset =
                                                    missingOffsets.get(it.id());
                                            if (missingOffset != null) {
                                                onMissingOffset(it, missingOffset, limits);
                                            }
                                        }));
    }

    private void onMissingOffset(
            Partition partition, MissingOffset missingOffset, LedgerLimits limits) {
        switch (missingOffset) {
            case MissingOffset.FirstUse use when !use.topicId().equals(partition.topicId()) -> {
                // The topic was created again between the two lookups.
                partition.onTopicReplaced();
            }
            case MissingOffset.FirstUse use -> {
                begin(
                        partition,
                        PartitionLedger.fresh(limits, use.beginning()),
                        use.beginning(),
                        null);
                pending.add(PendingWrite.ofPartition(partition, use.marker()));
            }
            case MissingOffset.OffsetLost lost when acceptResend ->
                    beginUnknown(partition, lost.beginning(), limits);
            case MissingOffset.OffsetLost lost -> partition.stop(Reason.OFFSET_LOST, lost.reason());
        }
    }

    /** Treats every job from the offset on as unfinished, as the operator has decided. */
    private void beginUnknown(Partition partition, long offset, LedgerLimits limits) {
        LOG.atWarn()
                .addKeyValue("partition", partition.id())
                .log(
                        "the partition restarts at offset {}: finished calls may be made again",
                        offset);
        begin(partition, PartitionLedger.fresh(limits, offset), offset, null);
        pending.onLedgerChanged(partition);
    }

    private void begin(
            Partition partition,
            PartitionLedger ledger,
            long offset,
            @Nullable Snapshot committed) {
        partition.onRestored(ledger, offset, committed);
        source.seek(partition.id(), offset);
    }

    /** Returns the ids in the given order, so that requests are deterministic. */
    private static Set<TopicPartition> ids(List<Partition> partitions) {
        return partitions.stream()
                .map(Partition::id)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
