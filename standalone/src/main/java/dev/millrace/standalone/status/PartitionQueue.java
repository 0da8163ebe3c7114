package dev.millrace.standalone.status;

import dev.millrace.standalone.client.RecordCounter.Range;
import dev.millrace.worker.ledger.OpenJob;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.ledger.Reading;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The unfinished jobs of a partition.
 *
 * @param read jobs that a worker has read
 * @param unread offsets of jobs that no worker has read
 */
record PartitionQueue(Backlog read, Range unread) {
    /**
     * Returns the queue of a partition.
     *
     * @param all the offsets from the first of the partition to the one after the last committed
     *     record
     * @param committed the committed offset of the workers' group; null if there is none
     */
    static PartitionQueue of(Range all, @Nullable OffsetAndMetadata committed) {
        if (committed == null) {
            return new PartitionQueue(Backlog.NONE, all);
        }
        return switch (PartitionLedger.read(committed.offset(), committed.metadata())) {
            case Reading.Known known -> {
                long running = known.open().stream().filter(OpenJob::running).count();
                yield new PartitionQueue(
                        new Backlog(known.open().size() - running, running),
                        from(known.frontier(), all));
            }
            case Reading.Unreadable _ ->
                    new PartitionQueue(
                            Backlog.NONE, from(Math.max(all.start(), committed.offset()), all));
        };
    }

    private static Range from(long offset, Range all) {
        return new Range(offset, Math.max(offset, all.end()));
    }
}
