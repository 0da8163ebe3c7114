package dev.millrace.configuration.loading;

import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.Secret;
import dev.millrace.yaml.document.NodeLocator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks the form of API keys, so that a wrong one is found before a provider rejects it. */
final class ApiKeyCheck {
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
        return keys.stream().flatMap(key -> provider.problemOfKey(key).stream()).findFirst();
    }
}
