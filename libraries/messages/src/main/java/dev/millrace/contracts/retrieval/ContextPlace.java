package dev.millrace.contracts.retrieval;

import java.util.Optional;

/** The place in the prompt for the passages that a job finds. */
public sealed interface ContextPlace {
    /** Longest placeholder, in characters. */
    int MAX_PLACEHOLDER_CHARS = 64;

    /** In the instructions: the system message, {@code system} or {@code instructions}. */
    record Instructions() implements ContextPlace {}

    /** At the beginning of the last message of the user. */
    record Question() implements ContextPlace {}

    /**
     * Instead of each occurrence of a text.
     *
     * @param text begins with two opening braces and ends with two closing braces
     */
    record Placeholder(String text) implements ContextPlace {}

    /** Reads the value of {@code place}; empty for an invalid value. */
    static Optional<ContextPlace> of(String text) {
        return switch (text) {
            case "system" -> Optional.of(new Instructions());
            case "user" -> Optional.of(new Question());
            default ->
                    text.startsWith("{{")
                                    && text.endsWith("}}")
                                    && text.length() > "{{}}".length()
                                    && text.length() <= MAX_PLACEHOLDER_CHARS
                            ? Optional.of(new Placeholder(text))
                            : Optional.empty();
        };
    }
}
