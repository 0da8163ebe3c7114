package dev.millrace.standalone.run.journal;

/** What a run does with a line. */
public enum Fate {
    /** Publish it: it is new, or nobody knows whether Kafka has it. */
    PUBLISH,
    /** Wait for it: an earlier run has published it. */
    WAIT,
    /** Take its outcome from the store. */
    REUSE
}
