package dev.millrace.worker.outcome;

import java.time.Duration;

/** What becomes of a job after a failed attempt. */
public sealed interface Next {

    /** Another attempt at the same model, after that wait. */
    record Again(Duration delay) implements Next {}

    /** The job ends with the error of this attempt. */
    record End() implements Next {}

    /** The job ends, since the wait would outlast its deadline. */
    record Expire(Duration delay) implements Next {}
}
