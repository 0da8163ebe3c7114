package dev.millrace.contracts.config.loading;

import dev.millrace.contracts.config.ProviderConfig;
import dev.millrace.contracts.config.Secret;
import dev.millrace.reader.document.NodeLocator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checks the form of API keys, so that a wrong one is found before a provider rejects it. */
final class ApiKeyCheck {
    /** Servers without real keys often expect a word, such as {@code EMPTY}. */
    private static final int MIN_CHARS = 4;

    private static final Pattern SCHEME = Pattern.compile("(?i)bearer\\s.*", Pattern.DOTALL);
    private static final Pattern QUOTED = Pattern.compile("[\"'`].*|.*[\"'`]", Pattern.DOTALL);
    private static final Pattern BLANK = Pattern.compile(".*[\\s\\p{Cntrl}].*", Pattern.DOTALL);

    private ApiKeyCheck() {}

    /** Reports each provider with a wrong key, without showing the key. */
    static void check(Map<String, ProviderConfig> providers, NodeLocator locator) {
        providers.forEach(
                (name, provider) ->
                        problem(provider)
                                .ifPresent(
                                        it ->
                                                locator.report(
                                                        it,
                                                        "providers",
                                                        name,
                                                        provider.apiKey().isPresent()
                                                                ? "api_key"
                                                                : "keys")));
    }

    private static Optional<String> problem(ProviderConfig provider) {
        List<Secret> keys = provider.allKeys().stream().filter(Secret::isSet).toList();
        if (keys.stream().distinct().count() < keys.size()) {
            return Optional.of("must differ from each other");
        }
        String prefix = provider.keyPrefix().orElse("");
        return keys.stream().flatMap(key -> problem(key.reveal(), prefix).stream()).findFirst();
    }

    private static Optional<String> problem(String key, String prefix) {
        if (SCHEME.matcher(key).matches()) {
            return Optional.of("must not begin with Bearer, which Millrace adds (auth.scheme)");
        }
        if (QUOTED.matcher(key).matches()) {
            return Optional.of("must not have quotes around the key");
        }
        if (BLANK.matcher(key).matches()) {
            return Optional.of("must not contain blanks or line breaks");
        }
        if (!key.startsWith(prefix)) {
            return Optional.of(
                    "must begin with "
                            + prefix
                            + " (key_prefix); check that the key is one of this provider");
        }
        return key.length() < MIN_CHARS || (!prefix.isEmpty() && key.equals(prefix))
                ? Optional.of("must be a whole key, not " + key.length() + " characters")
                : Optional.empty();
    }
}
