package dev.millrace.sink.api;

import dev.millrace.contracts.config.SinkConfig.Role;
import java.util.Optional;

/**
 * The sender of a request.
 *
 * @param tenant the only tenant whose data the caller may read; empty for all
 */
record Caller(String name, Optional<String> tenant, Role role) {

    /**
     * Returns the tenant that a request is about.
     *
     * @param requested the request's parameter {@code tenant}
     * @throws ApiError when the caller may not read the tenant's data
     */
    Optional<String> tenant(Optional<String> requested) {
        if (tenant.isEmpty()) {
            return requested;
        }
        if (requested.isPresent() && !requested.equals(tenant)) {
            throw ApiError.forbidden(
                    "this key reads only the data of tenant " + tenant.get(), "tenant");
        }
        return tenant;
    }

    /** Returns true if the caller may read the data of a tenant. */
    boolean mayRead(String owner) {
        return tenant.isEmpty() || tenant.get().equals(owner);
    }
}
