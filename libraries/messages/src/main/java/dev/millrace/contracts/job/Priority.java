package dev.millrace.contracts.job;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The urgency of a job, most urgent first. */
public enum Priority {
    CRITICAL,
    HIGH,
    NORMAL,
    LOW;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** Returns the name used in requests, headers and topic names. */
    public String word() {
        return word;
    }

    public static Optional<Priority> of(String word) {
        return Arrays.stream(values()).filter(it -> it.word.equals(word)).findFirst();
    }
}
