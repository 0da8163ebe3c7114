package dev.millrace.sink.row;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import org.jspecify.annotations.Nullable;

/** One record, as it will be stored. Takes over its byte arrays. */
public sealed interface Row {

    /** Where the record stood. */
    Place place();

    /**
     * A job's result.
     *
     * @param value the whole line as it came
     */
    record Result(Place place, ResultView view, byte[] value) implements Row {}

    /** What an attempt cost. */
    record Cost(Place place, CostEvent event) implements Row {}

    /** A record that became no job. */
    record Letter(Place place, DeadLetter letter, byte @Nullable [] key, byte @Nullable [] value)
            implements Row {}

    /**
     * A record that is not what its topic is for.
     *
     * @param problem for a person, in one sentence
     */
    record Unreadable(Place place, String problem, byte @Nullable [] key, byte @Nullable [] value)
            implements Row {}
}
