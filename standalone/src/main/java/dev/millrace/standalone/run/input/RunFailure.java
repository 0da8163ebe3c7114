package dev.millrace.standalone.run.input;

import org.jspecify.annotations.Nullable;

/** A run failed; the message tells the user why and what to do. */
public final class RunFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates a failure with a message for the user. */
    public RunFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
