package dev.millrace.router.budget;

import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.topology.RouterDriver;

/** Makes the budgets of a {@link RouterDriver}, which a test can change. */
public final class FixedBudgets {
    private FixedBudgets() {}

    public static Budgets budgets(Topics topics, RouterDriver router) {
        var planning =
                new BudgetSnapshot.Planning(
                        _ -> new BudgetSnapshot(router.control, router.budgets));
        return new Budgets(planning, RouterDriver.WINDOW, topics, router.meters);
    }
}
