package dev.millrace.standalone.status;

import dev.millrace.standalone.client.RecordCount;
import dev.millrace.standalone.lateness.PartitionQueue;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The unfinished jobs of a partition or topic.
 *
 * @param count jobs without a call in flight
 * @param running jobs whose call is possibly in flight
 */
public record Backlog(RecordCount count, long running) {
    static final Backlog NONE = new Backlog(0, 0);

    /** Creates a backlog whose waiting jobs are counted exactly. */
    Backlog(long waiting, long running) {
        this(new RecordCount(waiting, false), running);
    }

    long waiting() {
        return count.records();
    }

    /**
     * Returns the backlog of one partition.
     *
     * @param beginning the first offset of the partition
     * @param end the offset after the last committed record
     * @param committed the committed offset of the workers' group; null if there is none
     */
    static Backlog of(long beginning, long end, @Nullable OffsetAndMetadata committed) {
        return of(PartitionQueue.of(beginning, end, committed));
    }

    static Backlog of(PartitionQueue queue) {
        return new Backlog(queue.waiting(), queue.running());
    }

    Backlog plus(Backlog other) {
        return new Backlog(count.plus(other.count), running + other.running);
    }
}
