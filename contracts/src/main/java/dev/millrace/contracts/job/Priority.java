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

    /** As it is written in requests, headers and topic names. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Priority> of(String word) {
        return Arrays.stream(values()).filter(value -> value.word().equals(word)).findFirst();
    }
}
