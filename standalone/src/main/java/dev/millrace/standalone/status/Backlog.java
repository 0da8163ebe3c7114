package dev.millrace.standalone.status;

import dev.millrace.worker.ledger.OpenJob;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.ledger.Reading;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that are not finished.
 *
 * @param waiting without a running call. Those that no worker has taken yet are counted by offsets,
 *     and each transaction that wrote some of them counts, too: never too few
 * @param running with a call that may still run
 */
public record Backlog(long waiting, long running) {
    static final Backlog NONE = new Backlog(0, 0);

    /**
     * Of one partition.
     *
     * @param beginning its first offset
     * @param end the offset after its last committed record
     * @param committed what the workers' group has committed; null for nothing
     */
    static Backlog of(long beginning, long end, @Nullable OffsetAndMetadata committed) {
        if (committed == null) {
            return new Backlog(end - beginning, 0);
        }
        return switch (PartitionLedger.read(committed.offset(), committed.metadata())) {
            case Reading.Known known -> {
                long running = known.open().stream().filter(OpenJob::running).count();
                long waiting = known.open().size() - running;
                yield new Backlog(waiting + Math.max(0, end - known.frontier()), running);
            }
            case Reading.Unreadable _ ->
                    new Backlog(Math.max(0, end - Math.max(beginning, committed.offset())), 0);
        };
    }

    Backlog plus(Backlog other) {
        return new Backlog(waiting + other.waiting, running + other.running);
    }
}
