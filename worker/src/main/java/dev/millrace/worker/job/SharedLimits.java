package dev.millrace.worker.job;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.ProviderConfig;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The configured limits that several models share.
 *
 * @param all limits of all calls
 * @param providers limits by provider
 */
public record SharedLimits(Limits all, Map<String, Limits> providers) {
    /** No limits. */
    public static final SharedLimits NONE = new SharedLimits(Limits.NONE, Map.of());

    public SharedLimits {
        providers = Map.copyOf(providers);
    }

    /** Returns the shared limits of a configuration. */
    public static SharedLimits of(MillraceConfig config) {
        return new SharedLimits(
                config.limits(),
                config.providers().entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, it -> limits(it.getValue()))));
    }

    private static Limits limits(ProviderConfig provider) {
        return provider.limits();
    }

    /** Returns the limits of a provider. */
    public Limits ofProvider(String name) {
        return providers.getOrDefault(name, Limits.NONE);
    }
}
