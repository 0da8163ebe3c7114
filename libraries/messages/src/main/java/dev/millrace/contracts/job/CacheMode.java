package dev.millrace.contracts.job;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a job uses the answer cache. */
public enum CacheMode {
    /** Never answered from the cache. */
    NONE,
    /** Can get the cached answer to an identical body at its model. */
    EXACT,
    /**
     * Like {@link #EXACT}. In addition, a short question without code can get the cached answer to
     * another question with an equal meaning.
     */
    SEMANTIC,
    /**
     * Like {@link #EXACT} for a job with temperature 0, else like {@link #NONE}. Only a default of
     * the configuration, not of a request.
     */
    DETERMINISTIC;

    /** Returns the mode that a request may name; empty for any other word. */
    public static Optional<CacheMode> ofRequest(String word) {
        return of(word).filter(mode -> mode != DETERMINISTIC);
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<CacheMode> of(String word) {
        return Arrays.stream(values()).filter(value -> value.word().equals(word)).findFirst();
    }
}
