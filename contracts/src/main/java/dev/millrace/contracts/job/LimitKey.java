package dev.millrace.contracts.job;

/** Whether a body has the key of a limit on its output tokens. */
public enum LimitKey {
    /** The body has no such key. */
    ABSENT,
    /** Each such key is null, which means no limit. */
    NULL,
    /** A key has a value, which the provider may reject. */
    GIVEN
}
