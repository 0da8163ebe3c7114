package dev.millrace.configuration.provider;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks the form of API keys, and of other secrets that a call carries. */
public final class KeyForm {
    /** Servers without real keys often expect a word, such as {@code EMPTY}. */
    private static final int MIN_CHARS = 4;

    /** Shortest key at the address of a shipped provider; a shorter text is a part of a key. */
    private static final int MIN_SHIPPED_CHARS = 20;

    /** Placeholders of tutorials, which no provider issues as keys. */
    private static final Pattern PLACEHOLDER =
            Pattern.compile(
                    "(?i)^\\$|^<.*>$|^\\[.*]$|^\\{.*}$|\\.\\.\\.|\u2026|x{6}|(?<!^bedrock-)api[-_]?key|change[-_]?me"
                            + "|placeholder|^([a-z]{2,4}[-_]){0,3}(your|insert|paste|enter|replace)[-_ ]"
                            + "|^([a-z]{2,4}[-_]){0,3}[x*._-]{3,}$");

    private static final Pattern SCHEME = Pattern.compile("(?i)bearer\\s.*", Pattern.DOTALL);
    private static final Pattern QUOTED = Pattern.compile("^[\"'`]|[\"'`]$");
    private static final Pattern BLANK = Pattern.compile("[\\s\\p{Cntrl}]");
    private static final Pattern NO_ASCII = Pattern.compile("[^\\p{ASCII}]");

    private static final Pattern UNSEEN = Pattern.compile("[\\p{Z}\\p{Cc}\\p{Cf}&&[^ ]]");

    private KeyForm() {}

    /**
     * Returns the problem of a secret in a header or in the query, without showing it; empty for a
     * usable form.
     */
    public static Optional<String> problem(String value) {
        Matcher unseen = UNSEEN.matcher(value);
        return unseen.find()
                ? Optional.of(
                        "must not contain line breaks or invisible characters, but character %d is U+%04X; type it again, or copy it from the provider's page"
                                .formatted(unseen.start() + 1, value.codePointAt(unseen.start())))
                : Optional.empty();
    }

    /**
     * Returns the problem of a key without showing the key; empty for a usable form.
     *
     * @param key without blanks around it
     * @param prefixes possible beginnings of the provider's keys; empty for any beginning
     * @param host host of the provider's address; empty if it has none
     */
    public static Optional<String> problem(String key, Set<String> prefixes, String host) {
        if (SCHEME.matcher(key).matches()) {
            return Optional.of("must not begin with Bearer, which Millrace adds (auth.scheme)");
        }
        if (QUOTED.matcher(key).find()) {
            return Optional.of("must not have quotes around the key");
        }
        if (PLACEHOLDER.matcher(key).find()) {
            return Optional.of(
                    "must be a key from the provider, not a placeholder of a tutorial; without a"
                            + " key, leave its variable unset, and the provider is off");
        }
        if (BLANK.matcher(key).find()) {
            return Optional.of("must not contain blanks or line breaks");
        }
        Matcher foreign = NO_ASCII.matcher(key);
        if (foreign.find()) {
            return Optional.of(
                    "must consist of ASCII characters, but character %d is U+%04X, which can be invisible; type it again, or copy the key from the provider's page"
                            .formatted(foreign.start() + 1, key.codePointAt(foreign.start())));
        }
        if (!prefixes.isEmpty() && prefixes.stream().noneMatch(key::startsWith)) {
            return Optional.of(
                    "must begin with "
                            + String.join(" or ", prefixes)
                            + " (key_prefix); check that the key is one of this provider");
        }
        if (key.length() < MIN_CHARS || prefixes.contains(key)) {
            return Optional.of("must be a whole key, not " + key.length() + " characters");
        }
        return key.length() < MIN_SHIPPED_CHARS && ShippedBlocks.HOSTS.contains(host)
                ? Optional.of(
                        "must be a whole key, not "
                                + key.length()
                                + " characters; keys for "
                                + host
                                + " have at least "
                                + MIN_SHIPPED_CHARS)
                : Optional.empty();
    }
}
