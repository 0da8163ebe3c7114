package dev.millrace.standalone.cluster;

import dev.millrace.standalone.console.KafkaFailure;

/**
 * Reports that the cluster did not perform an operation on topics or groups. The message is for the
 * user.
 */
public final class TopicAdminException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TopicAdminException(String problem, Throwable cause) {
        super(problem + ": " + KafkaFailure.describe(cause), cause);
    }
}
