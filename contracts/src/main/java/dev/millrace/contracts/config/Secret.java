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
    private final String reason;

    private Secret(@Nullable String value, String reason) {
        this.value = value;
        this.reason = reason;
    }

    /** A secret that is known. */
    public static Secret of(String value) {
        return new Secret(value, "");
    }

    /**
     * A secret that is not there.
     *
     * @param reason such as {@code environment variable OPENAI_API_KEY is not set}
     */
    public static Secret unset(String reason) {
        return new Secret(null, reason);
    }

    /** Whether there is a value. */
    public boolean isSet() {
        return value != null;
    }

    /** Why an unset secret has no value; empty for one that is set. */
    public Optional<String> missing() {
        return isSet() ? Optional.empty() : Optional.of(reason);
    }

    /**
     * The value itself, for the one place that sends it.
     *
     * @throws IllegalStateException if it is unset, with the reason
     */
    public String reveal() {
        if (value == null) {
            throw new IllegalStateException(reason);
        }
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret that
                && Objects.equals(value, that.value)
                && reason.equals(that.reason);
    }

    @Override
    public int hashCode() {
        return Objects.hash(value, reason);
    }

    @Override
    public String toString() {
        return "***";
    }
}
