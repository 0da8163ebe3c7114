package dev.millrace.broker;

/**
 * The reason why a running broker failed.
 *
 * @param kind kind of failure, for programs
 * @param message explanation for the user
 */
public record BrokerFailure(Kind kind, String message) {
    /** Kind of failure. */
    public enum Kind {
        DISK_FULL,
        DISK_FAILED,
        INTERNAL
    }
}
