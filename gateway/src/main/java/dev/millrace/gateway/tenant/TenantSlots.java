package dev.millrace.gateway.tenant;

import java.util.HashMap;
import java.util.Map;

/**
 * Bounds the number of concurrent requests of a kind, so that no tenant fills a server. Where a
 * caller can ask for several tenants, the caller counts as the tenant. Thread-safe.
 */
public final class TenantSlots {
    private final int max;
    private final int maxOfTenant;
    private final Map<String, Integer> used = new HashMap<>();
    private int total;

    /**
     * @param max slots of all tenants together, 1 or more
     * @param maxOfTenant slots of one tenant, 1 or more
     */
    public TenantSlots(int max, int maxOfTenant) {
        this.max = max;
        this.maxOfTenant = maxOfTenant;
    }

    /** Takes a slot; returns false if there is none left for the tenant. */
    public synchronized boolean tryAcquire(String tenant) {
        int ofTenant = used.getOrDefault(tenant, 0);
        if (total == max || ofTenant == maxOfTenant) {
            return false;
        }
        total++;
        used.put(tenant, ofTenant + 1);
        return true;
    }

    /** Returns the number of taken slots. */
    public synchronized int taken() {
        return total;
    }

    /** Returns the number of slots that a tenant has taken. */
    public synchronized int taken(String tenant) {
        return used.getOrDefault(tenant, 0);
    }

    /** Gives a slot back that the tenant has taken. */
    public synchronized void release(String tenant) {
        total--;
        var _ = used.computeIfPresent(tenant, (_, count) -> count == 1 ? null : count - 1);
    }
}
