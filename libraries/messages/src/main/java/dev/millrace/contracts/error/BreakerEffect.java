package dev.millrace.contracts.error;

/** The effect of a failed attempt on the circuit breaker. */
public enum BreakerEffect {
    /** None: the job is at fault, or no call was made. */
    NONE,
    /** No effect on the breaker, but calls are paced more slowly. */
    LOWERS_PACE,
    /** Counts towards the failure rate of the model. */
    COUNTS,
    /** Opens the breaker of the model at once. */
    OPENS,
    /** Opens the breaker of the API key at once. */
    OPENS_KEY
}
