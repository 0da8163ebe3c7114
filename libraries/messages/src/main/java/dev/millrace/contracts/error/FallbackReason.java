package dev.millrace.contracts.error;

/** An error on which a model can let its jobs fall back; without that, it ends a job. */
public enum FallbackReason {
    /** The provider's content filter refused the request. */
    CONTENT_FILTERED
}
