package dev.millrace.contracts.control;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The source of a limit. The words are values in JSON. */
public enum LimitOrigin {
    /** The configuration has the limit. */
    CONFIGURED,

    /** Headers of the provider name the limit. */
    NAMED,

    /** Refusals of the provider show the limit. */
    FOUND;

    private final String word = name().toLowerCase(Locale.ROOT);

    public String word() {
        return word;
    }

    /** Finds the origin with the given word; empty for an origin of a later version. */
    static Optional<LimitOrigin> of(String word) {
        return Arrays.stream(values()).filter(it -> it.word.equals(word)).findFirst();
    }
}
