package dev.millrace.contracts.config;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value that must never appear in a log, a message or a dump.
 *
 * <p>A secret may be unset: a file may reference the environment variable of a key that only some
 * runs need. An unset secret is an error only when the key is needed.
 */
public final class Secret {
    private final @Nullable String value;
    private final String reason;

    private Secret(@Nullable String value, String reason) {
        this.value = value;
        this.reason = reason;
    }

    /** Creates a secret with a value. */
    public static Secret of(String value) {
        return new Secret(value, "");
    }

    /**
     * Creates a secret without a value.
     *
     * @param reason why there is no value, such as {@code environment variable OPENAI_API_KEY is
     *     not set}
     */
    public static Secret unset(String reason) {
        return new Secret(null, reason);
    }

    /** Returns the secret without blanks and line breaks around its value. */
    public Secret stripped() {
        return value == null ? this : new Secret(value.strip(), reason);
    }

    /** Returns true if there is a value. */
    public boolean isSet() {
        return value != null;
    }

    /** Returns why there is no value; empty if there is one. */
    public Optional<String> missing() {
        return isSet() ? Optional.empty() : Optional.of(reason);
    }

    /**
     * Returns the value, for the code that sends it.
     *
     * @throws IllegalStateException with the reason, if there is no value
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
