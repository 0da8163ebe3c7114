package dev.millrace.worker.loop;

import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Something to be written for a partition, and what it means for its ledger.
 *
 * @param offset the job it is about
 * @param step what the ledger is told of that job in the same transaction
 * @param freesSlot whether a call in flight has come to its end with it
 * @param bytes of the records' values
 */
record Settled(
        Partition partition,
        long offset,
        Step step,
        boolean freesSlot,
        List<ProducerRecord<byte[], byte[]>> records,
        long bytes) {

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

    Settled(
            Partition partition,
            long offset,
            Step step,
            boolean freesSlot,
            List<ProducerRecord<byte[], byte[]>> records) {
        this(partition, offset, step, freesSlot, List.copyOf(records), bytes(records));
    }

    /** About the partition itself. */
    static Settled of(Partition partition, ProducerRecord<byte[], byte[]> record) {
        return new Settled(partition, 0, Step.NONE, false, List.of(record));
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
