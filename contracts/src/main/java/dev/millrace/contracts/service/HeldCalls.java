package dev.millrace.contracts.service;

/**
 * Calls to a provider that are held back.
 *
 * @param of their subject, such as {@code key 1 of openai}
 * @param why the reason, and what to do about it
 */
public record HeldCalls(String of, String why) {
    /** Returns one sentence. */
    public String text() {
        return "calls of %s are stopped, and its jobs wait: %s".formatted(of, why);
    }
}
