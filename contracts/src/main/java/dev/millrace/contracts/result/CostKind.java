package dev.millrace.contracts.result;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What is known of an attempt's price. */
public enum CostKind {
    /** The provider answered and told its usage: this is on its bill. */
    BILLED,
    /** Sent, but nobody can know whether it was billed. */
    UNCERTAIN,
    /** Answered without a call; {@code saved_usd} is what the call would have cost. */
    SAVED,
    /** No attempt was billed. */
    NONE;

    /** As it is written in cost events. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<CostKind> of(String word) {
        return Arrays.stream(values()).filter(value -> value.word().equals(word)).findFirst();
    }
}
