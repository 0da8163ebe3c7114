package dev.millrace.gateway.access;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The operations that the holder of an API key may perform, and on whose data.
 *
 * @param roles at least one
 * @param allTenants true if the holder may read and change the data of all tenants. Calls still
 *     belong to the key's tenant
 */
public record KeyRights(Set<KeyRole> roles, boolean allTenants) {
    /** The rights of a key that calls models. */
    public static final KeyRights CALLS = new KeyRights(EnumSet.of(KeyRole.CALL), false);

    /** Every operation, on the data of all tenants. */
    public static final KeyRights ALL = new KeyRights(EnumSet.allOf(KeyRole.class), true);

    /**
     * Checks the roles.
     *
     * @throws IllegalArgumentException if there is none
     */
    public KeyRights {
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("an API key has at least one role");
        }
        roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
    }

    /** Returns true if the holder has a role. The role {@code operate} includes {@code read}. */
    public boolean permits(KeyRole role) {
        return roles.contains(role) || (role == KeyRole.READ && roles.contains(KeyRole.OPERATE));
    }

    /**
     * Returns the only tenant whose data the holder may read; empty for all.
     *
     * @param tenant tenant of the key
     */
    public Optional<String> readable(String tenant) {
        return allTenants ? Optional.empty() : Optional.of(tenant);
    }
}
