package dev.millrace.contracts.job;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How urgent a job is, most urgent first. */
public enum Priority {
    CRITICAL,
    HIGH,
    NORMAL,
    LOW;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** As it is written in requests, headers and topic names. */
    public String word() {
        return word;
    }

    public static Optional<Priority> of(String word) {
        return Arrays.stream(values()).filter(it -> it.word.equals(word)).findFirst();
    }
}
