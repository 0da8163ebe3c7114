package dev.millrace.gateway.publish.input;

import java.io.IOException;

/**
 * Thrown when the sink has deleted results of a retried batch, so that the failed lines are
 * unknown.
 */
public final class ResultsDeletedException extends IOException {
    private static final long serialVersionUID = 1L;

    ResultsDeletedException(String message) {
        super(message);
    }
}
