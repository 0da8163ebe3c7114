package dev.millrace.standalone.run;

/** Whether the lines of a new file get the answers that an earlier batch has for equal lines. */
sealed interface Reuse {
    /** Not decided: a run stops before it pays for many such lines. */
    record Undecided() implements Reuse {}

    /** Every line of a new file is called. */
    record None() implements Reuse {}

    /**
     * A new file gets the answers of a batch.
     *
     * @param name name of the batch of an earlier file
     */
    record Batch(String name) implements Reuse {}
}
