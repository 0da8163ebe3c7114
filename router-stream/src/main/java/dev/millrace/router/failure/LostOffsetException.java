package dev.millrace.router.failure;

/**
 * Thrown when a committed offset was lost and requests would be routed again; the message is shown
 * to the user. It stops the router.
 */
public final class LostOffsetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LostOffsetException(String message) {
        super(message);
    }
}
