package dev.millrace.router;

/** Thrown when a router cannot start; the message is shown to the user. */
public final class RouterStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RouterStartException(String message) {
        super(message);
    }

    RouterStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
