package dev.millrace.contracts.error;

/** Whether the same model is asked again after a failed attempt. */
public enum Retry {
    /** Never: asking again gives the same answer, or is somebody else's decision. */
    NO,
    /** Up to the configured number of attempts, with backoff. */
    YES,
    /** Up to the configured number of attempts, after the wait that the provider told. */
    AS_TOLD,
    /** Twice at most: such an answer was probably paid for. */
    FEW
}
