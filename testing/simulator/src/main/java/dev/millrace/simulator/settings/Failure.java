package dev.millrace.simulator.settings;

import java.util.Locale;

/** A random failure of a call. Each failure has its own rate. */
public enum Failure {
    /** 429 with a retry-after header as set by {@link RetryAfterSetting}. */
    RATE_LIMITED,
    /** 401: the key is not accepted. */
    UNAUTHORIZED,
    /** 402: the account is out of credit. */
    PAYMENT_REQUIRED,
    /**
     * 429 with the code {@code insufficient_quota}: out of credit, so that waiting does not help.
     */
    INSUFFICIENT_QUOTA,
    /** 404 for the model. */
    MODEL_NOT_FOUND,
    /** 5xx, one of the configured statuses. */
    SERVER_ERROR,
    /** 504 after the latency, from a gateway that gave up waiting for the answer. Billed. */
    GATEWAY_TIMEOUT,
    /** 529 with {@code overloaded_error}. */
    OVERLOADED,
    /** 400 with {@code context_length_exceeded}. */
    CONTEXT_LENGTH_EXCEEDED,
    /** 400 with {@code content_filter}: the prompt was refused, nothing billed. */
    CONTENT_FILTER,
    /** 200 with an answer that the filter has cut off. Billed. */
    CONTENT_FILTER_FINISH,
    /** 200 with an unreadable body. Billed. */
    GARBAGE,
    /**
     * Sends nothing. The connection closes when the client disconnects or after {@code hang_for}.
     * Not billed.
     */
    HANG,
    /** Sends nothing for {@code stall_for}, then the answer. Billed. */
    STALL,
    /** The connection closes before an answer is produced. Not billed. */
    DROP_BEFORE_ANSWER,
    /** The connection closes before the first byte of an answer that was produced. Billed. */
    DROP_AFTER_BILLING,
    /** The connection closes in the middle of the body. Billed. */
    DROP_MID_BODY,
    /** The body ends in its middle as if it were complete. Billed. */
    END_MID_BODY,
    /**
     * Nothing more is sent from the middle of the body on, until the client disconnects or {@code
     * hang_for} is over. Billed.
     */
    HANG_MID_BODY,
    /** A stream ends with an error event in its middle. Billed for the part before the error. */
    ERROR_MID_STREAM,
    /** 200 with the body of a server error. Not billed. */
    ERROR_AS_200,
    /** 200 with a refusal of the model. Billed. */
    REFUSAL;

    /** Returns the settings key of this failure's rate. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
