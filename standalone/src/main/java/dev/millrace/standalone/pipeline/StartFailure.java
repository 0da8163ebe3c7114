package dev.millrace.standalone.pipeline;

/** A part cannot be started; the message says which, why, and what to do. */
public final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
