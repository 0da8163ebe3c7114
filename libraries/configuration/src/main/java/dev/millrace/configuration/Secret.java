package dev.millrace.configuration;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A value that must never appear in a log, a message or a dump.
 *
 * <p>A secret can be unset, because a file can reference the environment variable of a key that
 * only some runs need. An unset secret is an error only when the key is needed.
 */
public final class Secret implements Credential {
    /** Characters that a file or a web page adds around a value, and that nobody sees. */
    private static final String UNSEEN = "[\\p{Z}\\p{Cc}\\p{Cf}]";

    private static final Pattern AROUND =
            Pattern.compile("^" + UNSEEN + "+|(?<!" + UNSEEN + ")" + UNSEEN + "++$");

    private final @Nullable String value;
    private final String reason;

    /** Reads the value again; null if it cannot change. */
    private final @Nullable Supplier<Secret> source;

    private Secret(@Nullable String value, String reason, @Nullable Supplier<Secret> source) {
        this.value = value;
        this.reason = reason;
        this.source = source;
    }

    /**
     * Creates a secret with a value. Removes blanks, line breaks and invisible characters around
     * the value, such as a byte order mark.
     */
    public static Secret of(String value) {
        return new Secret(AROUND.matcher(value).replaceAll(""), "", null);
    }

    /**
     * Creates a secret without a value.
     *
     * @param reason why there is no value, such as {@code environment variable OPENAI_API_KEY is
     *     not set}
     */
    public static Secret unset(String reason) {
        return new Secret(null, reason, null);
    }

    /** Returns a copy whose value comes from a file. The source reads the file again. */
    public Secret fromFile(Supplier<Secret> source) {
        return new Secret(value, reason, source);
    }

    /** Returns true if the value comes from a file, whose content can change. */
    public boolean isFromFile() {
        return source != null;
    }

    /**
     * Reads the secret again if it comes from a file; otherwise returns this secret. Blocks while
     * the file is read.
     */
    public Secret readAgain() {
        return source == null ? this : source.get();
    }

    /** Returns true if there is a value. */
    public boolean isSet() {
        return value != null;
    }

    /** Returns why there is no value; empty if there is one. */
    @Override
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

    /** Compares the values, regardless of their source. */
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
