package dev.millrace.contracts.money;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The reported service use, besides tokens, that determines the price of an answer.
 *
 * @param tier the {@link ServiceTier} that the answer names; null for none
 * @param toolCalls calls of tools that the provider ran, by name in alphabetical order, each at
 *     least 1
 */
public record ServiceUse(@Nullable String tier, Map<String, Long> toolCalls) {
    /** The standard tier without tools. */
    public static final ServiceUse NONE = new ServiceUse(null, Map.of());

    public ServiceUse {
        toolCalls = Collections.unmodifiableMap(new TreeMap<>(toolCalls));
    }

    /** Returns true if only the tokens determine the price, at the standard tier. */
    public boolean isStandard() {
        return ServiceTier.isStandard(tier) && toolCalls.isEmpty();
    }
}
