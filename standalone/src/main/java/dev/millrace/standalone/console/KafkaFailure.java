package dev.millrace.standalone.console;

import dev.millrace.contracts.kafka.AccessFailure;

/** Describes failures of Kafka clients for the user. */
public final class KafkaFailure {
    private KafkaFailure() {}

    /**
     * Explains a refused login or a missing right. For other failures, returns the failure's
     * message, followed by the message of its root cause: a client that cannot be created names the
     * wrong setting only in the root cause.
     */
    public static String describe(Throwable failure) {
        return AccessFailure.explain(failure).orElseGet(() -> messages(failure));
    }

    /** Returns a description that another sentence can follow. */
    public static String withoutFullStop(String description) {
        return description.endsWith(".")
                ? description.substring(0, description.length() - 1)
                : description;
    }

    private static String messages(Throwable failure) {
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
