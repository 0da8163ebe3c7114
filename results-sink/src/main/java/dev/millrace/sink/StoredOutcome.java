package dev.millrace.sink;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.store.row.Row;
import java.time.Instant;

/** A record that was stored in the database, without its bytes. */
public sealed interface StoredOutcome {

    /** Returns the record's timestamp. */
    Instant recordedAt();

    /** The result of a job. */
    record Finished(ResultView result, Instant recordedAt) implements StoredOutcome {}

    /** The cost of an attempt, or the end of a job without cost. */
    record Charged(CostEvent event, Instant recordedAt) implements StoredOutcome {}

    /** A record that did not become a job. */
    record Rejected(DeadLetter letter, Instant recordedAt) implements StoredOutcome {}

    /** One submission's part of a batch. */
    record Submitted(BatchManifest manifest, Instant recordedAt) implements StoredOutcome {}

    /** A record that cannot be read, stored in the table of unreadable records. */
    record Unreadable(String topic, int partition, long offset, String problem, Instant recordedAt)
            implements StoredOutcome {}

    static StoredOutcome of(Row row) {
        Instant at = row.position().recordedAt();
        return switch (row) {
            case Row.Result it -> new Finished(it.view(), at);
            case Row.Cost it -> new Charged(it.event(), at);
            case Row.Letter it -> new Rejected(it.letter(), at);
            case Row.Manifest it -> new Submitted(it.manifest(), at);
            case Row.Unreadable it ->
                    new Unreadable(
                            it.position().partition().topic(),
                            it.position().partition().number(),
                            it.position().offset(),
                            it.problem(),
                            at);
        };
    }
}
