package dev.millrace.gateway.tenant;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Sums the amounts that requests currently hold, for each tenant and in total. Thread-safe. */
public final class TenantTotals {
    private final AtomicLong all = new AtomicLong();

    /** The sum of each tenant that holds anything. */
    private final ConcurrentHashMap<String, Long> byTenant = new ConcurrentHashMap<>();

    /**
     * Adds an amount to the sum of a tenant.
     *
     * @param amount negative for an amount that a request no longer holds
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
     * Returns the maximum for one tenant: half of the amount that other tenants leave, rounded up,
     * so that a few tenants never take everything from the next one.
     *
     * @param most maximum of all tenants together
     * @param ofOthers amount that the other tenants hold
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
