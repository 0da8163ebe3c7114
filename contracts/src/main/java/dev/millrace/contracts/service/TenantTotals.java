package dev.millrace.contracts.service;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Sums of what the requests of each tenant, and of all tenants, hold now. Thread-safe. */
public final class TenantTotals {
    private final AtomicLong all = new AtomicLong();

    /** The sum of each tenant that holds anything. */
    private final ConcurrentHashMap<String, Long> byTenant = new ConcurrentHashMap<>();

    /**
     * Adds an amount to the sum of a tenant.
     *
     * @param amount negative for what a request no longer holds
     * @return the new sum of the tenant
     */
    public long add(String tenant, long amount) {
        all.addAndGet(amount);
        Long sum =
                byTenant.compute(
                        tenant,
                        (_, held) -> {
                            long changed = held == null ? amount : held + amount;
                            return changed == 0 ? null : changed;
                        });
        return sum == null ? 0 : sum;
    }

    /**
     * Returns what one tenant may hold: half of what the others leave, rounded up, so that a few
     * tenants never take everything from the next one.
     *
     * @param most what all tenants together may hold
     * @param ofOthers what the other tenants hold
     */
    public static long mostOfTenant(long most, long ofOthers) {
        long left = Math.max(0, most - ofOthers);
        return left / 2 + left % 2;
    }

    /** Returns the sum of all tenants. */
    public long all() {
        return all.get();
    }
}
