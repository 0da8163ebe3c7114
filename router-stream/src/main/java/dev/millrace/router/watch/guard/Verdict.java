package dev.millrace.router.watch.guard;

import java.math.BigDecimal;

/**
 * What a guard takes an arm's share away for.
 *
 * @param jobs in the arm's window, 1 or more
 * @param errors among them
 * @param costUsd of all of them, in US dollars
 */
public record Verdict(Breach breach, int jobs, int errors, BigDecimal costUsd) {
    static Verdict of(Breach breach, ArmWindow arm) {
        return new Verdict(breach, arm.size(), arm.errors(), Outcome.usd(arm.costNanoUsd()));
    }
}
