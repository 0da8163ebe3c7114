package dev.millrace.store.row;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import org.jspecify.annotations.Nullable;

/** A record in its stored form. References the record's byte arrays. */
public sealed interface Row {

    RecordPosition position();

    /**
     * A job's result.
     *
     * @param value the whole line, unchanged
     */
    record Result(RecordPosition position, ResultView view, byte[] value) implements Row {}

    /** The cost of an attempt. */
    record Cost(RecordPosition position, CostEvent event) implements Row {}

    /** A record that did not become a job. */
    record Letter(
            RecordPosition position,
            DeadLetter letter,
            byte @Nullable [] key,
            byte @Nullable [] value)
            implements Row {}

    /** One submission's part of a batch. */
    record Manifest(RecordPosition position, BatchManifest manifest) implements Row {}

    /**
     * A record that cannot be read.
     *
     * @param problem one human-readable sentence
     */
    record Unreadable(
            RecordPosition position, String problem, byte @Nullable [] key, byte @Nullable [] value)
            implements Row {}
}
