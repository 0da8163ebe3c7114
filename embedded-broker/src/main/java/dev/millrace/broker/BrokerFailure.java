package dev.millrace.broker;

/**
 * Why a running broker gave up.
 *
 * @param kind for a program
 * @param message for whoever typed the command
 */
public record BrokerFailure(Kind kind, String message) {
    /** What went wrong. */
    public enum Kind {
        DISK_FULL,
        DISK_FAILED,
        INTERNAL
    }
}
