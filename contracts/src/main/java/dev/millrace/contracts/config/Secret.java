package dev.millrace.contracts.config;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value that must never be seen in a log, a message or a dump.
 *
 * <p>It may be unset: a file may name the environment variable of a key that only some runs need.
 * That is an error only when the key is needed.
 */
public final class Secret {
    private final @Nullable String value;
    private final String source;

    private Secret(@Nullable String value, String source) {
        this.value = value;
        this.source = source;
    }

    /** A secret that is known. */
    public static Secret of(String value) {
        return new Secret(value, "");
    }

    /**
     * A secret that is not there.
     *
     * @param source where it was looked for, such as {@code environment variable OPENAI_API_KEY}
     */
    public static Secret unset(String source) {
        return new Secret(null, source);
    }

    /** Whether there is a value. */
    public boolean isSet() {
        return value != null;
    }

    /** Where an unset secret was looked for; empty for one that is set. */
    public Optional<String> missing() {
        return isSet() ? Optional.empty() : Optional.of(source);
    }

    /**
     * The value itself, for the one place that sends it.
     *
     * @throws IllegalStateException if it is unset, naming where it was looked for
     */
    public String reveal() {
        if (value == null) {
            throw new IllegalStateException(source + " is not set");
        }
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret that
                && Objects.equals(value, that.value)
                && source.equals(that.source);
    }

    @Override
    public int hashCode() {
        return Objects.hash(value, source);
    }

    @Override
    public String toString() {
        return "***";
    }
}
