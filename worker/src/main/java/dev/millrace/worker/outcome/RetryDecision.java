package dev.millrace.worker.outcome;

import java.time.Duration;

/** The decision about a job after a failed attempt. */
public sealed interface RetryDecision {

    /** Calls the job again at its current model, after the given delay. */
    record Retry(Duration delay) implements RetryDecision {}

    /** Ends the job with the error of this attempt. */
    record Fail() implements RetryDecision {}

    /** The job ends, because the delay would exceed its deadline. */
    record DeadlineExceeded(Duration delay) implements RetryDecision {}
}
