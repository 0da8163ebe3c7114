package dev.millrace.contracts.error;

/** What a failed attempt tells the circuit breaker. */
public enum BreakerEffect {
    /** Nothing: the fault lies with the job, or no call was made. */
    NONE,
    /** Nothing for the breaker, but the pace is lowered. */
    LOWERS_PACE,
    /** It counts towards the failure rate of the model. */
    COUNTS,
    /** It opens the breaker of the model at once. */
    OPENS,
    /** It opens the breaker of the API key at once. */
    OPENS_KEY
}
