package dev.millrace.contracts.config.loading;

import dev.millrace.contracts.config.ProviderConfig;
import dev.millrace.contracts.config.Secret;
import dev.millrace.reader.document.NodeLocator;
import java.util.Map;

/** Checks that every key begins with the prefix that its provider gives all keys. */
final class KeyPrefixCheck {
    private KeyPrefixCheck() {}

    /** Reports each provider with a wrong key, without showing the key. */
    static void check(Map<String, ProviderConfig> providers, NodeLocator locator) {
        providers.forEach(
                (name, provider) -> {
                    String prefix = provider.keyPrefix().orElse("");
                    if (!allKeysBegin(provider, prefix)) {
                        locator.report(
                                "must begin with "
                                        + prefix
                                        + " (key_prefix); check that the key is one of this provider",
                                "providers",
                                name,
                                provider.apiKey().isPresent() ? "api_key" : "keys");
                    }
                });
    }

    private static boolean allKeysBegin(ProviderConfig provider, String prefix) {
        return provider.allKeys().stream()
                .filter(Secret::isSet)
                .allMatch(key -> key.reveal().startsWith(prefix));
    }
}
