package dev.millrace.configuration.provider;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks the form of API keys, so that a wrong one is found before a provider rejects it. */
public final class KeyForm {
    /** Servers without real keys often expect a word, such as {@code EMPTY}. */
    private static final int MIN_CHARS = 4;

    private static final Pattern SCHEME = Pattern.compile("(?i)bearer\\s.*", Pattern.DOTALL);
    private static final Pattern QUOTED = Pattern.compile("[\"'`].*|.*[\"'`]", Pattern.DOTALL);
    private static final Pattern BLANK = Pattern.compile(".*[\\s\\p{Cntrl}].*", Pattern.DOTALL);

    private KeyForm() {}

    /**
     * Returns the problem of a key without showing the key; empty for a usable form.
     *
     * @param key without blanks around it
     * @param prefixes possible beginnings of the provider's keys; empty for any beginning
     */
    public static Optional<String> problem(String key, Set<String> prefixes) {
        if (SCHEME.matcher(key).matches()) {
            return Optional.of("must not begin with Bearer, which Millrace adds (auth.scheme)");
        }
        if (QUOTED.matcher(key).matches()) {
            return Optional.of("must not have quotes around the key");
        }
        if (BLANK.matcher(key).matches()) {
            return Optional.of("must not contain blanks or line breaks");
        }
        if (!prefixes.isEmpty() && prefixes.stream().noneMatch(key::startsWith)) {
            return Optional.of(
                    "must begin with "
                            + String.join(" or ", prefixes)
                            + " (key_prefix); check that the key is one of this provider");
        }
        return key.length() < MIN_CHARS || prefixes.contains(key)
                ? Optional.of("must be a whole key, not " + key.length() + " characters")
                : Optional.empty();
    }
}
