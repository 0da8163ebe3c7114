package dev.millrace.gateway.connection;

/** Reports that a client sends a body in too large pieces. Expected, so it has no stack trace. */
public final class OversizedChunkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OversizedChunkException(String message) {
        super(message, null, false, false);
    }
}
