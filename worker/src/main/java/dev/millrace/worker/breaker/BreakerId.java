package dev.millrace.worker.breaker;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.worker.port.Providers.ProviderKey;
import org.jspecify.annotations.Nullable;

/**
 * The protected scope of a breaker. Contains no secret.
 *
 * @param model name of the model; null unless the scope is {@link Scope#MODEL}
 * @param key number of the API key in the order of the configuration, from 1; 0 unless the scope is
 *     {@link Scope#KEY}
 */
public record BreakerId(Scope scope, String provider, @Nullable String model, int key) {
    /** The scope of failures that one breaker counts. */
    public enum Scope {
        /** All calls to a provider: it cannot be reached. */
        PROVIDER,
        /** The calls of one model: it fails, hangs or is unknown. */
        MODEL,
        /** The calls with one API key: it is rejected or out of credit. */
        KEY
    }

    static BreakerId ofProvider(Model model) {
        return new BreakerId(Scope.PROVIDER, model.provider(), null, 0);
    }

    static BreakerId ofModel(Model model) {
        return new BreakerId(Scope.MODEL, model.provider(), model.name(), 0);
    }

    /**
     * @param key index of the key, from 0
     */
    static BreakerId ofKey(Model model, int key) {
        return new BreakerId(Scope.KEY, model.provider(), null, key + 1);
    }

    static BreakerId ofKey(ProviderKey key) {
        return new BreakerId(Scope.KEY, key.provider(), null, key.key() + 1);
    }

    /** Returns a name for messages, such as {@code key 2 of openai}. */
    @Override
    public String toString() {
        return switch (scope) {
            case PROVIDER -> "provider " + provider;
            case MODEL -> "model " + model;
            case KEY -> "key " + key + " of " + provider;
        };
    }
}
