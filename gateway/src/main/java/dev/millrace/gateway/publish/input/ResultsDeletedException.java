package dev.millrace.gateway.publish.input;

import java.io.IOException;

/**
 * The sink has deleted results of a batch that is retried, so that its failed lines are not known.
 */
public final class ResultsDeletedException extends IOException {
    private static final long serialVersionUID = 1L;

    ResultsDeletedException(String message) {
        super(message);
    }
}
