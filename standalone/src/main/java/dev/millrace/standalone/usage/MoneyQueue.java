package dev.millrace.standalone.usage;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import java.util.Map;
import java.util.TreeMap;

/** Counts the jobs that wait for money. */
final class MoneyQueue {
    private MoneyQueue() {}

    /**
     * Returns the number of jobs that wait for money, by tenant. Counts the budgets of tenants, of
     * their batches and of their API keys. The states are up to a few seconds old.
     */
    static Map<String, Long> byTenant(ControlState control) {
        Map<String, Long> ofTenants = new TreeMap<>();
        Map<String, Long> ofBatches = new TreeMap<>();
        Map<String, Long> ofKeys = new TreeMap<>();
        control.budgets()
                .states()
                .forEach(
                        (key, state) -> {
                            switch (key) {
                                case ControlKey.TenantBudget it ->
                                        add(ofTenants, it.tenant(), state);
                                case ControlKey.BatchBudget it ->
                                        add(ofBatches, it.tenant(), state);
                                case ControlKey.KeyBudget it -> add(ofKeys, it.tenant(), state);
                            }
                        });
        // A job with several budgets counts in each of them, whichever budget it waits for.
        ofBatches.forEach((tenant, jobs) -> ofTenants.merge(tenant, jobs, Math::max));
        ofKeys.forEach((tenant, jobs) -> ofTenants.merge(tenant, jobs, Math::max));
        return ofTenants;
    }

    private static void add(Map<String, Long> sums, String tenant, BudgetState state) {
        sums.merge(tenant, state.waitingJobs(), Long::sum);
    }
}
