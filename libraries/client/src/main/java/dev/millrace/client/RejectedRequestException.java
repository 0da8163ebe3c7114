package dev.millrace.client;

import dev.millrace.contracts.result.DeadLetter;

/** Thrown for a request that became a dead letter, such as a repeat of another request. */
public final class RejectedRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    RejectedRequestException(DeadLetter letter) {
        super(letter.reason() + ": " + letter.message());
        reason = letter.reason();
    }

    /** Returns the error code, such as {@code duplicate}. */
    public String reason() {
        return reason;
    }
}
