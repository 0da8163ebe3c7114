package dev.millrace.standalone.lateness;

import dev.millrace.standalone.client.RecordCount;
import dev.millrace.worker.ledger.OpenJob;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.ledger.Reading;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The unfinished jobs of a partition, by offset.
 *
 * @param held offsets of waiting jobs that a worker has read, ascending
 * @param running number of jobs that possibly have a call in flight
 * @param frontier first offset that no worker has read; all earlier jobs are held, running or
 *     finished
 * @param end the offset after the last committed record, at least the frontier
 * @param unread number of jobs that no worker has read
 */
public record PartitionQueue(
        List<Long> held, int running, long frontier, long end, RecordCount unread) {
    public PartitionQueue {
        held = List.copyOf(held);
        end = Math.max(frontier, end);
    }

    /** Creates a queue whose unread jobs are counted by offsets. */
    public PartitionQueue(List<Long> held, int running, long frontier, long end) {
        this(held, running, frontier, end, RecordCount.ofOffsets(Math.max(0, end - frontier)));
    }

    /** Returns a copy with another number of unread jobs. */
    public PartitionQueue withUnread(RecordCount count) {
        return new PartitionQueue(held, running, frontier, end, count);
    }

    /**
     * Returns the queue of a partition.
     *
     * @param beginning the first offset of the partition
     * @param end the offset after the last committed record
     * @param committed the committed offset of the workers' group; null if there is none
     */
    public static PartitionQueue of(
            long beginning, long end, @Nullable OffsetAndMetadata committed) {
        if (committed == null) {
            return new PartitionQueue(List.of(), 0, beginning, end);
        }
        return switch (PartitionLedger.read(committed.offset(), committed.metadata())) {
            case Reading.Known known -> {
                List<Long> held =
                        known.open().stream()
                                .filter(job -> !job.running())
                                .map(OpenJob::offset)
                                .toList();
                yield new PartitionQueue(
                        held, known.open().size() - held.size(), known.frontier(), end);
            }
            case Reading.Unreadable _ ->
                    new PartitionQueue(List.of(), 0, Math.max(beginning, committed.offset()), end);
        };
    }

    /** Returns the number of jobs without a call in flight. */
    public RecordCount waiting() {
        return new RecordCount(held.size(), false).plus(unread);
    }

    /** Returns the number of offsets of jobs without a call in flight. */
    long waitingOffsets() {
        return held.size() + end - frontier;
    }

    /**
     * Returns the number of offsets whose jobs are finished, since the partition was created. It
     * grows as jobs finish, and counts offsets as {@link #waitingOffsets} does.
     */
    long finished() {
        return frontier - held.size() - running;
    }

    /** Returns the parts of the queue that hold jobs, the held jobs first. */
    List<Stretch> stretches() {
        List<Stretch> stretches = new ArrayList<>(2);
        if (!held.isEmpty()) {
            stretches.add(new Stretch.Held(held));
        }
        if (end > frontier) {
            stretches.add(new Stretch.Unread(frontier, end, held.size()));
        }
        return stretches;
    }
}
