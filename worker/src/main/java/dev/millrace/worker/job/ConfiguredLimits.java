package dev.millrace.worker.job;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.ProviderConfig;
import dev.millrace.contracts.catalog.Limits;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The configured limits above single models: of all calls, of providers, and of API keys.
 *
 * @param all limits of all calls
 * @param providers limits by provider
 * @param keys limits of each API key by provider
 */
public record ConfiguredLimits(
        Limits all, Map<String, Limits> providers, Map<String, Limits> keys) {
    public static final ConfiguredLimits NONE =
            new ConfiguredLimits(Limits.NONE, Map.of(), Map.of());

    public ConfiguredLimits {
        providers = Map.copyOf(providers);
        keys = Map.copyOf(keys);
    }

    /** Returns the limits of a configuration. */
    public static ConfiguredLimits of(MillraceConfig config) {
        return new ConfiguredLimits(
                config.limits(),
                byProvider(config, ProviderConfig::limits),
                byProvider(config, ProviderConfig::keyLimits));
    }

    private static Map<String, Limits> byProvider(
            MillraceConfig config, Function<ProviderConfig, Limits> limits) {
        return config.providers().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, it -> limits.apply(it.getValue())));
    }

    /** Returns the limits of each API key of a provider. */
    public Limits ofKey(String provider) {
        return keys.getOrDefault(provider, Limits.NONE);
    }

    public Limits ofProvider(String name) {
        return providers.getOrDefault(name, Limits.NONE);
    }
}
