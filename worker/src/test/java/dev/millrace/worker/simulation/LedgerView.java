package dev.millrace.worker.simulation;

import dev.millrace.worker.ledger.OpenJob;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.ledger.Reading;
import java.util.List;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/** What a committed offset and its metadata say. */
record LedgerView(Reading.Known known) {
    static final LedgerView NOTHING = new LedgerView(new Reading.Known(0, 0, List.of()));

    /**
     * @throws IllegalStateException when it cannot be read
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

    /** Which attempt of that job is running; 0 for none. */
    int running(long offset) {
        return known.open().stream()
                .filter(job -> job.offset() == offset && job.running())
                .mapToInt(OpenJob::attempts)
                .sum();
    }

    /** Whether that job is open, and none of its attempts was begun. */
    boolean isUntouched(long offset) {
        return known.open().contains(new OpenJob(offset, 0, false));
    }

    @Override
    public String toString() {
        return known.offset() + " " + known.open() + " " + known.frontier();
    }
}
