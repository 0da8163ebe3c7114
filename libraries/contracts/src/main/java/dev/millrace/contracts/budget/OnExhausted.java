package dev.millrace.contracts.budget;

/** What happens to a job that exceeds its budget. */
public enum OnExhausted {
    /** The job ends with an error result. */
    REJECT,
    /** The job waits for the next period or a larger budget. */
    PARK
}
