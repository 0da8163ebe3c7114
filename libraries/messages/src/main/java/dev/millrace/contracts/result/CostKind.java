package dev.millrace.contracts.result;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Certainty of the cost of an attempt. */
public enum CostKind {
    /** The provider answered and reported its usage, so the cost is on its bill. */
    BILLED,
    /** The request was sent, but it is unknown whether it was billed. */
    UNCERTAIN,
    /** Answered without a call; {@code saved_usd} is the cost of the avoided call. */
    SAVED,
    /** No attempt was billed. */
    NONE;

    /** Returns the name used in cost events. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<CostKind> of(String word) {
        return Arrays.stream(values()).filter(value -> value.word().equals(word)).findFirst();
    }
}
