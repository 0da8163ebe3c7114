package dev.millrace.worker.outcome;

import java.time.Duration;

/** What happens to a job after a failed attempt. */
public sealed interface Next {

    /** The job is called again at the same model, after the given delay. */
    record Again(Duration delay) implements Next {}

    /** The job ends with the error of this attempt. */
    record End() implements Next {}

    /** The job ends, because the delay would exceed its deadline. */
    record Expire(Duration delay) implements Next {}
}
