package dev.millrace.contracts.error;

/** An error that ends a job, unless its model lets jobs fall back on it. */
public enum FallbackReason {
    /** The provider's content filter refused the request. */
    CONTENT_FILTERED
}
