package dev.millrace.contracts.job;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The queues that a model's jobs wait in; each is a topic of its own. */
public enum Lane {
    /** Where jobs go as long as their tenant keeps to its fair pace. */
    NORMAL,

    /** What a tenant sends beyond its fair pace; it waits behind the others, and still moves. */
    BULK;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** As it is written in topic names and messages. */
    public String word() {
        return word;
    }

    /** The constant of a written word; empty for one of a later version. */
    public static Optional<Lane> of(String word) {
        return Arrays.stream(values()).filter(it -> it.word.equals(word)).findFirst();
    }
}
