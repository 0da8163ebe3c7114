package dev.millrace.simulator.settings;

import java.util.Locale;

/** A way for a call to go wrong by chance, each with a rate of its own. */
public enum Failure {
    /** 429 with the wait in the form of {@link RetryAfter}. */
    RATE_LIMITED,
    /** 401: the key is not accepted. */
    UNAUTHORIZED,
    /** 402: the account is out of credit. */
    PAYMENT_REQUIRED,
    /** 429 whose code says {@code insufficient_quota}: out of credit, waiting does not help. */
    INSUFFICIENT_QUOTA,
    /** 404 for the model. */
    MODEL_NOT_FOUND,
    /** 5xx, one of the configured statuses. */
    SERVER_ERROR,
    /** 529 with {@code overloaded_error}. */
    OVERLOADED,
    /** 400 with {@code context_length_exceeded}. */
    CONTEXT_LENGTH_EXCEEDED,
    /** 400 with {@code content_filter}: the prompt was refused, nothing billed. */
    CONTENT_FILTER,
    /** 200 with an answer that was cut by the filter: billed. */
    CONTENT_FILTER_FINISH,
    /** 200 with a body that is no answer: billed. */
    GARBAGE,
    /**
     * No byte is ever sent; the connection closes when the client leaves or {@code hang_for} is
     * over. Not billed.
     */
    HANG,
    /** The connection closes before an answer was produced. Not billed. */
    DROP_BEFORE_ANSWER,
    /** The connection closes after the answer was produced and billed, before its first byte. */
    DROP_AFTER_BILLING,
    /** The connection closes in the middle of the body: billed. */
    DROP_MID_BODY;

    /** The key of this failure's rate in settings. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
