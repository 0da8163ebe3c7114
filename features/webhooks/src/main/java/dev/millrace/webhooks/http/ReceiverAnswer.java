package dev.millrace.webhooks.http;

import java.time.Duration;
import java.util.Optional;

/** The outcome of a request. */
public sealed interface ReceiverAnswer {
    /**
     * The receiver answered.
     *
     * @param retryAfter the wait that the receiver asks for
     * @param body beginning of the body
     */
    record Received(int status, Optional<Duration> retryAfter, String body)
            implements ReceiverAnswer {}

    /**
     * There was no answer.
     *
     * @param reason one line without secrets
     */
    record Missing(String reason) implements ReceiverAnswer {}
}
