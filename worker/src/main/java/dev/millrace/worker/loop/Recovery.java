package dev.millrace.worker.loop;

import dev.millrace.worker.ledger.LedgerLimits;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.ledger.Reading;
import dev.millrace.worker.ledger.Snapshot;
import dev.millrace.worker.ledger.TopicTag;
import dev.millrace.worker.port.JobSource;
import dev.millrace.worker.port.JobTopics;
import dev.millrace.worker.port.JobTopics.Past;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what of newly assigned partitions is finished, and takes them up there. Where nobody
 * can know, the partition stops, visibly: going on would pay for calls again. Belongs to the loop's
 * thread.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final JobSource source;
    private final JobTopics topics;
    private final Committer committer;
    private final boolean acceptResend;
    private final int maxAttempts;

    /** Of the ledgers; null until the broker's is known. */
    private @Nullable LedgerLimits bounds;

    /**
     * @param acceptResend whether to go on all the same where nobody can know
     */
    Recovery(
            JobSource source,
            JobTopics topics,
            Committer committer,
            boolean acceptResend,
            int maxAttempts) {
        this.source = source;
        this.topics = topics;
        this.committer = committer;
        this.acceptResend = acceptResend;
        this.maxAttempts = maxAttempts;
    }

    /** Finds out what of the newly assigned partitions is finished. */
    void restore(Collection<Partition> partitions) {
        if (bounds == null) {
            topics.limits().ifPresent(limits -> bounds = bounds(limits));
        }
        LedgerLimits known = bounds;
        if (known != null) {
            restoreCommitted(partitions, known);
            restoreUncommitted(partitions, known);
        }
    }

    private LedgerLimits bounds(JobTopics.Limits limits) {
        return new LedgerLimits(limits.metadataChars() - TopicTag.CHARS, maxAttempts);
    }

    /** Each by itself: an open transaction of one partition holds no other up. */
    private void restoreCommitted(Collection<Partition> partitions, LedgerLimits known) {
        for (Partition partition : in(partitions, Partition.State.RESTORING)) {
            var asked =
                    partition.committed == null
                            ? topics.committed(partition.id)
                            : partition.committed;
            partition.committed = asked;
            if (asked.isDone()) {
                partition.onTopicId(asked.join().topicId());
                restore(partition, asked.join().offset(), known);
            }
        }
    }

    private void restore(
            Partition partition, @Nullable OffsetAndMetadata committed, LedgerLimits known) {
        if (committed == null) {
            partition.state = Partition.State.UNCOMMITTED;
            return;
        }
        if (TopicTag.isOfAnother(committed.metadata(), partition.topicTag())) {
            LOG.atWarn()
                    .addKeyValue("partition", partition.id)
                    .log("what is committed is of a topic of this name that was deleted");
            partition.state = Partition.State.UNCOMMITTED;
            return;
        }
        switch (PartitionLedger.read(committed.offset(), committed.metadata())) {
            case Reading.Known reading -> {
                partition.written = new Snapshot(committed.offset(), committed.metadata());
                begin(partition, PartitionLedger.restored(reading, known), committed.offset());
            }
            case Reading.Unreadable _ when acceptResend ->
                    beginAgain(partition, committed.offset(), known);
            case Reading.Unreadable unreadable ->
                    partition.stop("its committed metadata cannot be read: " + unreadable.reason());
        }
    }

    private void restoreUncommitted(Collection<Partition> partitions, LedgerLimits known) {
        List<Partition> uncommitted = in(partitions, Partition.State.UNCOMMITTED);
        if (uncommitted.isEmpty()) {
            return;
        }
        topics.pasts(ids(uncommitted))
                .ifPresent(
                        pasts ->
                                uncommitted.forEach(
                                        it -> {
                                            Past past = pasts.get(it.id);
                                            if (past != null) {
                                                restore(it, past, known);
                                            }
                                        }));
    }

    private void restore(Partition partition, Past past, LedgerLimits known) {
        switch (past) {
            case Past.FirstUse use when !use.topicId().equals(partition.topicId()) -> {
                // The topic was created again between the two questions.
                partition.committed = null;
                partition.state = Partition.State.RESTORING;
            }
            case Past.FirstUse use -> {
                begin(partition, PartitionLedger.fresh(known, use.beginning()), use.beginning());
                committer.add(PendingWrite.of(partition, use.marker()));
            }
            case Past.OffsetLost lost when acceptResend ->
                    beginAgain(partition, lost.beginning(), known);
            case Past.OffsetLost lost -> partition.stop(lost.reason());
        }
    }

    /** Whatever is above that offset is taken for unfinished, as somebody has decided. */
    private void beginAgain(Partition partition, long offset, LedgerLimits known) {
        LOG.atWarn()
                .addKeyValue("partition", partition.id)
                .log("taken up again from offset {}: finished calls may be made again", offset);
        begin(partition, PartitionLedger.fresh(known, offset), offset);
        committer.onMoved(partition);
    }

    private void begin(Partition partition, PartitionLedger ledger, long offset) {
        partition.ledger = ledger;
        partition.polledTo = offset;
        partition.writtenTo = offset;
        partition.state = Partition.State.ACTIVE;
        source.seek(partition.id, offset);
    }

    private static List<Partition> in(Collection<Partition> partitions, Partition.State state) {
        return partitions.stream().filter(it -> it.state == state).toList();
    }

    private static Set<TopicPartition> ids(List<Partition> these) {
        return these.stream().map(it -> it.id).collect(Collectors.toSet());
    }
}
