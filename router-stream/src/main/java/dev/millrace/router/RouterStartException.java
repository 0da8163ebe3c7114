package dev.millrace.router;

/** A router that cannot start as things are; the message is for a person. */
public final class RouterStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RouterStartException(String message) {
        super(message);
    }

    RouterStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
