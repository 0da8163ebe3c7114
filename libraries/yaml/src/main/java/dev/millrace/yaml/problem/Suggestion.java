package dev.millrace.yaml.problem;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Suggests a known word for a misspelled one. */
public final class Suggestion {
    private Suggestion() {}

    /**
     * Returns the known word closest to the written one, if it is close enough to be a misspelling.
     */
    public static Optional<String> closest(String written, Collection<String> known) {
        return known.stream()
                .filter(word -> EditDistance.between(written, word) <= tolerance(written))
                .min(
                        Comparator.<String>comparingInt(word -> EditDistance.between(written, word))
                                .thenComparing(word -> word));
    }

    /** Returns {@code , did you mean …?}, or an empty string. */
    public static String hint(String written, Collection<String> known) {
        return closest(written, known).map(word -> ", did you mean " + word + "?").orElse("");
    }

    private static int tolerance(String written) {
        return written.length() < 3 ? 0 : Math.min(3, 1 + written.length() / 5);
    }
}
