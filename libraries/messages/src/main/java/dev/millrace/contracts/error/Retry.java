package dev.millrace.contracts.error;

/** Whether a failed attempt is retried at its model. */
public enum Retry {
    /** Never retried: the outcome would not change, or the {@link Disposition} decides. */
    NO,
    /** Retried with backoff, up to the configured number of attempts. */
    YES,
    /**
     * Retried after the wait that the provider asked for, up to the configured number of attempts.
     */
    AFTER_PROVIDER_WAIT,
    /**
     * Retried once with backoff, because the invalid answer was probably billed; never retried if
     * the provider reported its cost.
     */
    ONCE
}
