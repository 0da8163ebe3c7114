package dev.millrace.contracts.job;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How the calls of a job are bought. */
public enum Buy {
    /** At the standard tier, as soon as possible. */
    STANDARD,
    /** At the lowest price that is still on time for the job's deadline. */
    LOWEST;

    /** The accepted words, for messages. */
    public static final String FORM = "standard or lowest";

    /** Returns the word of requests, headers and policies. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the way with the given word; empty for any other word. */
    public static Optional<Buy> of(String word) {
        return Arrays.stream(values()).filter(it -> it.word().equals(word)).findFirst();
    }
}
