package dev.millrace.contracts.output;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultFields;
import dev.millrace.contracts.result.ResultView;
import org.jspecify.annotations.Nullable;

/** The content of an output record. References the record's byte arrays. */
public sealed interface Output {

    /**
     * The result of a job.
     *
     * @param value the whole line: JSON in UTF-8, as it was written
     */
    record Result(ResultView view, byte[] value) implements Output {

        /** Returns true if a provider gave an answer that is no error. */
        public boolean isSuccess() {
            return view.errorCode() == null;
        }

        /**
         * Returns the body of the provider's answer, which may describe an error, as JSON in UTF-8;
         * null if no provider answered. Reads the line again with each call.
         */
        public byte @Nullable [] responseBody() {
            return ResultFields.read(value).body();
        }
    }

    /** The cost of an attempt, or the end of a job without cost. */
    record Cost(CostEvent event) implements Output {}

    /**
     * A request that did not become a job.
     *
     * @param key key of the request; null for a request without a key
     * @param value the request as published; null for a request without a value
     */
    record Letter(DeadLetter letter, byte @Nullable [] key, byte @Nullable [] value)
            implements Output {}

    /**
     * A record that violates the format of its topic, such as a record written by another program.
     *
     * @param problem one human-readable sentence
     */
    record Unreadable(String problem, byte @Nullable [] key, byte @Nullable [] value)
            implements Output {}
}
