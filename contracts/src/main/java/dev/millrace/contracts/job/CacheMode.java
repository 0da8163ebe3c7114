package dev.millrace.contracts.job;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whether a job may be answered from the cache. */
public enum CacheMode {
    /** Never answered from the cache. */
    NONE,
    /** May get the cached answer to an identical body at the same model. */
    EXACT;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<CacheMode> of(String word) {
        return Arrays.stream(values()).filter(value -> value.word().equals(word)).findFirst();
    }
}
