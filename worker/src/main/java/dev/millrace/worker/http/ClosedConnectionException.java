package dev.millrace.worker.http;

import java.io.IOException;

/** Thrown when a server closed a kept connection before any byte of a response. */
final class ClosedConnectionException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean isSent;

    /**
     * @param isSent whether the whole request was written, so that it has possibly arrived
     */
    ClosedConnectionException(boolean isSent, IOException cause) {
        super("closed", cause);
        this.isSent = isSent;
    }

    boolean isSent() {
        return isSent;
    }
}
