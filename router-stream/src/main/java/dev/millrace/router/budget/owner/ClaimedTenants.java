package dev.millrace.router.budget.owner;

import dev.millrace.contracts.control.ControlKey.TenantBudget;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The claimed tenants with separate accounts: tenants without an entry in the configuration or in
 * control, which get a copy of the budget of {@code default}. A request names its tenant, so every
 * job can bring a new one.
 *
 * <p>The first tenants of a period get separate accounts. Once one tenant is refused, all further
 * tenants are refused, so that no tenant spends the shared money and then money of a separate
 * account.
 */
final class ClaimedTenants {
    private final int max;
    private final Map<TenantBudget, Set<TenantBudget>> byPeriod = new HashMap<>();

    /**
     * @param max number of accounts in a period
     */
    ClaimedTenants(int max) {
        this.max = max;
    }

    boolean hasRoom(TenantBudget budget) {
        return byPeriod.getOrDefault(SharedAccount.id(budget), Set.of()).size() < max;
    }

    void add(TenantBudget budget) {
        byPeriod.computeIfAbsent(SharedAccount.id(budget), _ -> new HashSet<>()).add(budget);
    }

    void remove(TenantBudget budget) {
        byPeriod.computeIfPresent(
                SharedAccount.id(budget),
                (_, of) -> {
                    of.remove(budget);
                    return of.isEmpty() ? null : of;
                });
    }
}
