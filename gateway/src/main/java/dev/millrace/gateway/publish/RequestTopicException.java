package dev.millrace.gateway.publish;

import java.io.IOException;

/**
 * The topic of a batch's requests cannot be written, because it is missing or a right was lost.
 * Batches with other topics are not concerned.
 */
final class RequestTopicException extends IOException {
    private static final long serialVersionUID = 1;

    RequestTopicException(String topic, Exception cause) {
        super("the topic " + topic + " cannot be written: " + cause.getMessage(), cause);
    }
}
