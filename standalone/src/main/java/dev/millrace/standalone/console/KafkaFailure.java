package dev.millrace.standalone.console;

import org.apache.kafka.common.KafkaException;

/** Describes failures of Kafka clients for the user. */
public final class KafkaFailure {
    private KafkaFailure() {}

    /**
     * Returns the failure's message, followed by the message of its root cause. A client that
     * cannot be created names the wrong setting only in the root cause.
     */
    public static String describe(KafkaException failure) {
        String message = String.valueOf(failure.getMessage());
        String reason = root(failure).getMessage();
        return reason == null || message.contains(reason) ? message : message + ": " + reason;
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = root.getCause(); cause != null; cause = root.getCause()) {
            root = cause;
        }
        return root;
    }
}
