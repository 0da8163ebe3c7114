package dev.millrace.contracts.error;

/** Whether a failed attempt is retried at the same model. */
public enum Retry {
    /** Never retried: the outcome would be the same, or the decision lies elsewhere. */
    NO,
    /** Retried with backoff, up to the configured number of attempts. */
    YES,
    /**
     * Retried after the wait that the provider asked for, up to the configured number of attempts.
     */
    AFTER_PROVIDER_WAIT,
    /**
     * Retried once with backoff, because the invalid answer was probably billed; never if the
     * provider reported what it cost.
     */
    ONCE
}
