package dev.millrace.worker.breaker;

/** Reasons not to count a failed call against its job. */
public enum Excuse {
    /** The call counts: the failure can be the job's fault. */
    NONE,
    /** The key is at fault, and the provider has another key. */
    OTHER_KEY,
    /** The provider, its last key or the name of the model is at fault; a breaker is open. */
    OPEN_BREAKER,
    /**
     * The provider has no capacity for the cheaper tier of the model, or does not have the tier.
     */
    CHEAPER_TIER
}
