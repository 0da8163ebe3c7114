package dev.millrace.webhooks.http;

import dev.millrace.contracts.webhook.SigningKey;
import java.time.Duration;
import java.util.Optional;

/**
 * Posts events to one receiver. Used by one thread; {@code close} can be called from any thread.
 */
public interface Poster extends AutoCloseable {
    /**
     * An event with its signature.
     *
     * @param id value of the header {@code webhook-id}
     * @param epochSeconds value of the header {@code webhook-timestamp}
     * @param signature value of the header {@code webhook-signature}
     */
    record SignedRequest(String id, long epochSeconds, String signature, byte[] body) {
        /** Signs an event. */
        public static SignedRequest of(String id, long epochSeconds, byte[] body, SigningKey key) {
            return new SignedRequest(id, epochSeconds, key.sign(id, epochSeconds, body), body);
        }
    }

    /** The outcome of a request. */
    sealed interface ReceiverAnswer {
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

    /** Posts an event and waits for the answer, for a limited time. */
    ReceiverAnswer post(SignedRequest request);

    /** Aborts the running request, and refuses later ones. */
    @Override
    void close();
}
