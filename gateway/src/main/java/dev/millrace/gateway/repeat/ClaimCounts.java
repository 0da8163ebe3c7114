package dev.millrace.gateway.repeat;

import dev.millrace.gateway.store.FileStore;
import dev.millrace.gateway.store.ObjectPath.Kind;
import dev.millrace.gateway.store.StorageException;
import dev.millrace.gateway.store.TenantFolder;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts the claims of each tenant. Lists a tenant's claims only at its first request, because a
 * listing is slow. Changes by other gateways are counted at the next cleanup. Thread-safe.
 */
final class ClaimCounts {
    private final FileStore store;
    private final ConcurrentHashMap<TenantFolder, Count> byTenant = new ConcurrentHashMap<>();

    ClaimCounts(FileStore store) {
        this.store = store;
    }

    /** The count of one tenant. Its lock lets the tenant's first requests share one listing. */
    private final class Count {
        private final TenantFolder tenant;
        private boolean isKnown;
        private int claims;

        private Count(TenantFolder tenant) {
            this.tenant = tenant;
        }

        private synchronized int claims() throws StorageException {
            if (!isKnown) {
                set(store.names(tenant, Kind.REQUESTS).size());
            }
            return claims;
        }

        private synchronized void set(int counted) {
            claims = counted;
            isKnown = true;
        }

        private synchronized void add(int more) {
            claims += more;
        }
    }

    private Count count(TenantFolder tenant) {
        return byTenant.computeIfAbsent(tenant, Count::new);
    }

    /** Returns the number of a tenant's claims. */
    int of(TenantFolder tenant) throws StorageException {
        return count(tenant).claims();
    }

    /** Counts a claim that was written. */
    void onWritten(TenantFolder tenant) {
        count(tenant).add(1);
    }

    /** Counts a claim that was deleted. */
    void onDeleted(TenantFolder tenant) {
        count(tenant).add(-1);
    }

    /** Replaces the number of a tenant's claims after a listing. */
    void set(TenantFolder tenant, int claims) {
        count(tenant).set(claims);
    }
}
