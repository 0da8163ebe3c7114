package dev.millrace.contracts.job;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whether a job may be answered from the cache. */
public enum CacheMode {
    /** Never answered from the cache. */
    NONE,
    /** May get the cached answer to an identical body at the same model. */
    EXACT,
    /**
     * Like {@link #EXACT}, and a short question without code may also get the cached answer to
     * another question of the same meaning.
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
