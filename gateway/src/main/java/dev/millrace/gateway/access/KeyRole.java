package dev.millrace.gateway.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The roles of API keys. */
public enum KeyRole {
    /** Calls models and runs batches: {@code /v1}. */
    CALL,
    /** Reads results, costs and usage: {@code /api/v1} and the dashboard. */
    READ,
    /** Reads, and changes the pipeline: cancels, pauses, rolls back. */
    OPERATE;

    /** Returns the name of the role in commands and records. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the role of a name; empty for another text. */
    public static Optional<KeyRole> of(String word) {
        return Arrays.stream(values()).filter(it -> it.word().equals(word)).findFirst();
    }
}
