package dev.millrace.configuration.loading;

import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.Secret;
import dev.millrace.configuration.provider.KeyForm;
import dev.millrace.yaml.document.NodeLocator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks the form of secrets, so that a wrong one is found before a provider rejects it. */
final class ProviderSecretCheck {
    private ProviderSecretCheck() {}

    /** Reports each wrong secret of a provider, without showing it. */
    static void check(Map<String, ProviderConfig> providers, NodeLocator locator) {
        providers.forEach(
                (name, provider) -> {
                    String keys = provider.apiKey().isPresent() ? "api_key" : "keys";
                    problem(provider).ifPresent(it -> locator.report(it, "providers", name, keys));
                    check(provider.headers(), locator, name, "headers");
                    check(provider.query(), locator, name, "query");
                });
    }

    private static void check(
            Map<String, Secret> values, NodeLocator locator, String provider, String section) {
        values.forEach(
                (name, value) ->
                        Optional.of(value)
                                .filter(Secret::isSet)
                                .flatMap(it -> KeyForm.problem(it.reveal()))
                                .ifPresent(
                                        it ->
                                                locator.report(
                                                        it, "providers", provider, section, name)));
    }

    private static Optional<String> problem(ProviderConfig provider) {
        List<Secret> keys =
                provider.allKeys().stream()
                        .filter(it -> it instanceof Secret secret && secret.isSet())
                        .map(Secret.class::cast)
                        .toList();
        if (keys.stream().distinct().count() < keys.size()) {
            return Optional.of("must differ from each other");
        }
        return keys.stream().flatMap(key -> provider.problemOfKey(key).stream()).findFirst();
    }
}
