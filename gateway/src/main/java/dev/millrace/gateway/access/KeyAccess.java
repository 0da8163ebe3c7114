package dev.millrace.gateway.access;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The permissions and limits of an API key.
 *
 * @param tenant tenant of every job of the key
 * @param models model names that requests may use, including {@code auto}; empty permits all
 * @param requestsPerMinute from 1; empty for no limit
 * @param tokensPerMinute from 1, input and output together; empty for no limit
 * @param rights what the holder may do, and with whose data
 * @param expires time from which the key is refused; empty if it never expires
 */
public record KeyAccess(
        String tenant,
        SortedSet<String> models,
        OptionalLong requestsPerMinute,
        OptionalLong tokensPerMinute,
        KeyRights rights,
        Optional<Instant> expires) {
    /** Copies the models. */
    public KeyAccess {
        models = Collections.unmodifiableSortedSet(new TreeSet<>(models));
    }

    /** Returns the access of a key that calls models without restrictions. */
    public static KeyAccess ofTenant(String tenant) {
        return new KeyAccess(
                tenant,
                new TreeSet<>(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                KeyRights.CALLS,
                Optional.empty());
    }

    /** Returns this access with other models. */
    public KeyAccess withModels(Collection<String> models) {
        return new KeyAccess(
                tenant, new TreeSet<>(models), requestsPerMinute, tokensPerMinute, rights, expires);
    }

    /**
     * Returns true if requests may name the model.
     *
     * @param model catalog name of the model, or {@code auto}
     */
    public boolean permits(String model) {
        return models.isEmpty() || models.contains(model);
    }
}
