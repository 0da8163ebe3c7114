package dev.millrace.router.canary.guard;

import java.math.BigDecimal;

/**
 * Breach of a guard, with the totals of the arm's window.
 *
 * @param jobs jobs in the window, 1 or more
 * @param errors errors among these jobs
 * @param costUsd cost of these jobs in US dollars
 */
public record BreachReport(Breach breach, int jobs, int errors, BigDecimal costUsd) {
    static BreachReport of(Breach breach, OutcomeWindow arm) {
        return new BreachReport(
                breach, arm.size(), arm.errors(), JobOutcome.usd(arm.costNanoUsd()));
    }
}
