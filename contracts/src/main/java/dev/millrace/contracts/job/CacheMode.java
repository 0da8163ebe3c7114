package dev.millrace.contracts.job;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whether a job may be answered from an earlier answer. */
public enum CacheMode {
    /** Always a call. */
    NONE,
    /** An answer to exactly the same body at the same model will do. */
    EXACT;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<CacheMode> of(String word) {
        return Arrays.stream(values()).filter(value -> value.word().equals(word)).findFirst();
    }
}
