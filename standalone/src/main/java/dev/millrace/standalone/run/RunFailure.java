package dev.millrace.standalone.run;

import org.jspecify.annotations.Nullable;

/** A run cannot go on; the message says why and what to do. */
public final class RunFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RunFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
