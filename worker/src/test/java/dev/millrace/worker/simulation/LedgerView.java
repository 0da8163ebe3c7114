package dev.millrace.worker.simulation;

import dev.millrace.worker.ledger.OffsetRange;
import dev.millrace.worker.ledger.OpenJob;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.ledger.Reading;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/** The ledger in a committed offset and its metadata. */
record LedgerView(Reading.Known known) {
    static final LedgerView NOTHING = new LedgerView(new Reading.Known(0, 0, List.of()));

    /**
     * Reads a ledger.
     *
     * @throws IllegalStateException if the metadata is unreadable
     */
    static LedgerView of(OffsetAndMetadata committed) {
        return switch (PartitionLedger.read(committed.offset(), committed.metadata())) {
            case Reading.Known known -> new LedgerView(known);
            case Reading.Unreadable unreadable ->
                    throw new IllegalStateException(unreadable.reason());
        };
    }

    long offset() {
        return known.offset();
    }

    int openCount() {
        return known.open().size();
    }

    boolean isFinished(long offset) {
        return offset < known.frontier()
                && known.open().stream().noneMatch(job -> job.offset() == offset);
    }

    /** Returns true if the job at an offset is open and has no running attempt. */
    boolean isWaiting(long offset) {
        return known.open().stream().anyMatch(job -> job.offset() == offset && !job.running());
    }

    /**
     * Returns the running attempt of the job at an offset; 0 for none. The first attempt may run
     * under a standing intent.
     */
    int running(ConsumerRecord<byte[], byte[]> record) {
        long offset = record.offset();
        return hasStandingIntent(record)
                ? 1
                : known.open().stream()
                        .filter(job -> job.offset() == offset && job.running())
                        .mapToInt(OpenJob::attempts)
                        .sum();
    }

    boolean hasStandingIntent(ConsumerRecord<byte[], byte[]> record) {
        return standing().contains(record.offset()) && record.timestamp() <= known.standingUntil();
    }

    /** Returns a ledger whose standing intents stand for no later record. */
    LedgerView standingUntil(long timestamp) {
        return new LedgerView(
                new Reading.Known(
                        known.offset(),
                        known.frontier(),
                        known.open(),
                        known.standing(),
                        Math.min(known.standingUntil(), timestamp)));
    }

    OffsetRange standing() {
        return known.standingRange();
    }

    /** Returns the number of running attempts. */
    long runningCount() {
        return known.open().stream().filter(OpenJob::running).count();
    }

    /** Returns true if the job at an offset is open and was never attempted. */
    boolean isUntouched(long offset) {
        return known.open().contains(new OpenJob(offset, 0, false));
    }

    @Override
    public String toString() {
        return known.offset()
                + " "
                + known.open()
                + " "
                + known.frontier()
                + (known.standing() == 0 ? "" : "+" + known.standing());
    }
}
