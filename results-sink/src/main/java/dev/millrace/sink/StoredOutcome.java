package dev.millrace.sink;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.sink.row.Row;
import java.time.Instant;

/** Something that is in the database now, without its bytes. */
public sealed interface StoredOutcome {

    /** When its writer wrote it. */
    Instant recordedAt();

    /** A job has ended. */
    record Finished(ResultView result, Instant recordedAt) implements StoredOutcome {}

    /** An attempt has cost something, or a job has ended without cost. */
    record Charged(CostEvent event, Instant recordedAt) implements StoredOutcome {}

    /** A record became no job. */
    record Rejected(DeadLetter letter, Instant recordedAt) implements StoredOutcome {}

    /** A record that is not what its topic is for was put aside. */
    record PutAside(String topic, int partition, long offset, String problem, Instant recordedAt)
            implements StoredOutcome {}

    /** What has been stored with a row. */
    static StoredOutcome of(Row row) {
        Instant at = row.place().recordedAt();
        return switch (row) {
            case Row.Result it -> new Finished(it.view(), at);
            case Row.Cost it -> new Charged(it.event(), at);
            case Row.Letter it -> new Rejected(it.letter(), at);
            case Row.Unreadable it ->
                    new PutAside(
                            it.place().partition().topic(),
                            it.place().partition().number(),
                            it.place().offset(),
                            it.problem(),
                            at);
        };
    }
}
