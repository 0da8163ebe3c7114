package dev.millrace.contracts.job;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The queues in which a model's jobs wait. Each lane is a separate topic. */
public enum Lane {
    /** For jobs of tenants within their fair pace. */
    NORMAL,

    /**
     * For jobs that exceed their tenant's fair pace. They wait behind the others, but still make
     * progress.
     */
    BULK;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** Returns the name used in topic names and messages. */
    public String word() {
        return word;
    }

    /** Finds the lane with the given name; empty for a lane of a later version. */
    public static Optional<Lane> of(String word) {
        return Arrays.stream(values()).filter(it -> it.word.equals(word)).findFirst();
    }
}
