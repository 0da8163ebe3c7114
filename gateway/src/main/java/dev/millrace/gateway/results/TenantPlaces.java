package dev.millrace.gateway.results;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the concurrent queries about each tenant, so that they leave slots for other tenants.
 * Thread-safe.
 */
final class TenantPlaces {
    private final int max;

    /** The tenants that requests are about now. */
    private final ConcurrentHashMap<String, Places> byTenant = new ConcurrentHashMap<>();

    /** The slots of a tenant; changed only within a computation of its map entry. */
    private static final class Places {
        final Semaphore free;
        int requests;

        Places(int max) {
            free = new Semaphore(max, true);
        }
    }

    /**
     * @param max slots of a tenant, 1 or more
     */
    TenantPlaces(int max) {
        this.max = max;
    }

    /** Takes a slot; returns false if none becomes free in time. */
    boolean tryAcquire(String tenant, long waitMillis) throws InterruptedException {
        Semaphore free = enter(tenant);
        boolean isTaken = false;
        try {
            isTaken = free.tryAcquire(waitMillis, TimeUnit.MILLISECONDS);
            return isTaken;
        } finally {
            if (!isTaken) {
                leave(tenant, 0);
            }
        }
    }

    /** Returns a taken slot. */
    void release(String tenant) {
        leave(tenant, 1);
    }

    private Semaphore enter(String tenant) {
        return byTenant.compute(
                        tenant,
                        (_, known) -> {
                            Places places = known == null ? new Places(max) : known;
                            places.requests++;
                            return places;
                        })
                .free;
    }

    private void leave(String tenant, int places) {
        var _ = byTenant.computeIfPresent(tenant, (_, it) -> left(it, places));
    }

    private static @Nullable Places left(Places of, int places) {
        of.free.release(places);
        of.requests--;
        return of.requests == 0 ? null : of;
    }
}
