package dev.millrace.worker.commit;

import dev.millrace.worker.capacity.Slot;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Partition;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records to write for a partition, and the change of its ledger in the same transaction.
 *
 * @param offset of the job
 * @param step the change of the job's state in the ledger
 * @param slot the slot of the call that ends with this write; null when no call ends
 * @param substitute records to write instead if the cluster refuses a record; null for none
 * @param bytes of the records' values
 */
public record PendingWrite(
        Partition partition,
        long offset,
        Step step,
        @Nullable Slot slot,
        List<ProducerRecord<byte[], byte[]>> records,
        @Nullable Substitute substitute,
        long bytes) {

    /** Creates other records that end the job, without the record that the cluster refuses. */
    public interface Substitute {
        /**
         * Returns the other records.
         *
         * @param reason human-readable reason why the cluster rejects the original records
         */
        List<ProducerRecord<byte[], byte[]>> records(String reason);

        /**
         * Returns the next substitute, in case the cluster refuses one of these records too; null
         * for none.
         */
        default @Nullable Substitute next() {
            return null;
        }
    }

    enum Step {
        /** The job is done. */
        FINISH,
        /** An attempt has ended, and the job has not. */
        END_ATTEMPT,
        /** Ends an attempt that cost nothing, of a job that has a cost limit and continues. */
        END_UNBILLED_ATTEMPT,
        /** An announced attempt is not made. */
        WITHDRAW,
        /** The write belongs to no job. */
        NONE
    }

    private PendingWrite(
            Partition partition,
            long offset,
            Step step,
            @Nullable Slot slot,
            List<ProducerRecord<byte[], byte[]>> records,
            @Nullable Substitute substitute) {
        this(partition, offset, step, slot, List.copyOf(records), substitute, bytes(records));
    }

    /**
     * Ends a job with its result; a hand-over to another topic ends it in this partition only. A
     * running call ends with it.
     */
    public static PendingWrite ofResult(
            Job job, List<ProducerRecord<byte[], byte[]>> records, Substitute substitute) {
        return new PendingWrite(
                job.partition(), job.offset(), Step.FINISH, runningSlot(job), records, substitute);
    }

    /** Ends a job with a dead letter. A running call ends with it. */
    public static PendingWrite ofDeadLetter(Job job, List<ProducerRecord<byte[], byte[]>> records) {
        return new PendingWrite(
                job.partition(), job.offset(), Step.FINISH, runningSlot(job), records, null);
    }

    private static @Nullable Slot runningSlot(Job job) {
        return job.isRunning() ? Slot.of(job) : null;
    }

    /** Ends a record that never became a job. */
    public static PendingWrite ofRecord(
            Partition partition, long offset, List<ProducerRecord<byte[], byte[]>> records) {
        return new PendingWrite(partition, offset, Step.FINISH, null, records, null);
    }

    /**
     * Ends the attempt of a call that has reported; the job continues.
     *
     * @param costs empty if nothing was billed
     */
    public static PendingWrite ofEndedCall(Job job, List<ProducerRecord<byte[], byte[]>> costs) {
        boolean isUnbilled = costs.isEmpty() && job.headers().costLimit() != null;
        return new PendingWrite(
                job.partition(),
                job.offset(),
                isUnbilled ? Step.END_UNBILLED_ATTEMPT : Step.END_ATTEMPT,
                Slot.of(job),
                costs,
                null);
    }

    /**
     * Ends an attempt whose outcome stays unknown: an attempt of an earlier owner, or of an aborted
     * call. An aborted call keeps its slot until its report.
     */
    public static PendingWrite ofUncertainAttempt(
            Job job, List<ProducerRecord<byte[], byte[]>> costs) {
        return new PendingWrite(job.partition(), job.offset(), Step.END_ATTEMPT, null, costs, null);
    }

    /** Withdraws an announced attempt whose call was not made. */
    public static PendingWrite ofCallNotMade(Job job) {
        return new PendingWrite(
                job.partition(), job.offset(), Step.WITHDRAW, Slot.of(job), List.of(), null);
    }

    /** Writes a record about the partition itself. */
    public static PendingWrite ofPartition(
            Partition partition, ProducerRecord<byte[], byte[]> record) {
        return new PendingWrite(partition, 0, Step.NONE, null, List.of(record), null);
    }

    /** Returns the write with its substitute's records; {@code this} when it has none. */
    PendingWrite substituted(String reason) {
        return substitute == null
                ? this
                : new PendingWrite(
                        partition,
                        offset,
                        step,
                        slot,
                        substitute.records(reason),
                        substitute.next());
    }

    private static long bytes(List<ProducerRecord<byte[], byte[]>> records) {
        long bytes = 0;
        for (var record : records) {
            bytes += record.value() == null ? 0 : record.value().length;
        }
        return bytes;
    }

    /** Changes the ledger. */
    void apply() {
        switch (step) {
            case FINISH -> partition.ledger().finish(offset);
            case END_ATTEMPT -> partition.ledger().endAttempt(offset);
            case END_UNBILLED_ATTEMPT -> partition.ledger().endUnbilledAttempt(offset);
            case WITHDRAW -> partition.ledger().withdraw(offset);
            case NONE -> {}
        }
    }
}
