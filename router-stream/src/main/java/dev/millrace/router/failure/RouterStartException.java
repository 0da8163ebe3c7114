package dev.millrace.router.failure;

/** Thrown when a router cannot start; the message is shown to the user. */
public final class RouterStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RouterStartException(String message) {
        super(message);
    }

    public RouterStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
