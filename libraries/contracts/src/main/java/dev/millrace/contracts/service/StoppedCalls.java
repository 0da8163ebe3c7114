package dev.millrace.contracts.service;

/**
 * Calls to a provider that are stopped, because they fail.
 *
 * @param subject their subject, such as {@code key 1 of openai}
 * @param reason the reason, and what to do about it
 */
public record StoppedCalls(String subject, String reason) {
    /** Returns one sentence. */
    public String text() {
        return "calls of %s are stopped, and its jobs wait: %s".formatted(subject, reason);
    }
}
