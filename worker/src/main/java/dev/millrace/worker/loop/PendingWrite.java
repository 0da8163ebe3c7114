package dev.millrace.worker.loop;

import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Something to be written for a partition, and what it means for its ledger.
 *
 * @param offset the job it is about
 * @param step what the ledger is told of that job in the same transaction
 * @param freesSlot whether a call in flight has come to its end with it
 * @param substitute for a result that is too large; null when nothing can take its place
 * @param bytes of the records' values
 */
record PendingWrite(
        Partition partition,
        long offset,
        Step step,
        boolean freesSlot,
        List<ProducerRecord<byte[], byte[]>> records,
        @Nullable Substitute substitute,
        long bytes) {

    /** Makes the records that say the same without what is too large for the cluster. */
    interface Substitute {
        /**
         * Returns these records.
         *
         * @param reason why the cluster refuses the records, for a person
         */
        List<ProducerRecord<byte[], byte[]>> records(String reason);
    }

    enum Step {
        /** The job is done. */
        FINISH,
        /** An attempt has ended, and the job has not. */
        END_ATTEMPT,
        /** An attempt that was announced is not made. */
        WITHDRAW,
        /** Nothing: it is about no job. */
        NONE
    }

    PendingWrite(
            Partition partition,
            long offset,
            Step step,
            boolean freesSlot,
            List<ProducerRecord<byte[], byte[]>> records) {
        this(partition, offset, step, freesSlot, records, null);
    }

    PendingWrite(
            Partition partition,
            long offset,
            Step step,
            boolean freesSlot,
            List<ProducerRecord<byte[], byte[]>> records,
            @Nullable Substitute substitute) {
        this(partition, offset, step, freesSlot, List.copyOf(records), substitute, bytes(records));
    }

    /** The same with its substitute's records; {@code this} when it has none. */
    PendingWrite substituted(String reason) {
        return substitute == null
                ? this
                : new PendingWrite(partition, offset, step, freesSlot, substitute.records(reason));
    }

    /** About the partition itself. */
    static PendingWrite of(Partition partition, ProducerRecord<byte[], byte[]> record) {
        return new PendingWrite(partition, 0, Step.NONE, false, List.of(record));
    }

    private static long bytes(List<ProducerRecord<byte[], byte[]>> records) {
        long bytes = 0;
        for (var record : records) {
            bytes += record.value() == null ? 0 : record.value().length;
        }
        return bytes;
    }

    /** Moves the ledger on. */
    void apply() {
        switch (step) {
            case FINISH -> partition.ledger.finish(offset);
            case END_ATTEMPT -> partition.ledger.endAttempt(offset);
            case WITHDRAW -> partition.ledger.withdraw(offset);
            case NONE -> {}
        }
    }
}
