package dev.millrace.gateway.sink;

import java.io.IOException;

/** The sink cannot be reached, or does not answer as expected. The message is one line. */
public final class SinkException extends IOException {
    private static final long serialVersionUID = 1L;

    SinkException(String message) {
        super(message);
    }

    SinkException(String message, Throwable cause) {
        super(message, cause);
    }
}
