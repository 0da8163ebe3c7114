package dev.millrace.gateway.publish;

import java.io.IOException;

/**
 * Thrown when the request topic of a batch cannot be written, because it is missing or a right was
 * lost. Does not affect batches with other topics.
 */
final class RequestTopicException extends IOException {
    private static final long serialVersionUID = 1;

    RequestTopicException(String topic, Exception cause) {
        super("the topic " + topic + " cannot be written: " + cause.getMessage(), cause);
    }
}
