package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.Usd;
import dev.millrace.router.plan.cost.WorstCaseCost;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * Checks that one attempt cannot cost more than the job's {@code max_cost_usd}.
 *
 * <p>The limit is hard, so the check uses {@link WorstCaseCost}, which is far above the usual cost.
 */
final class CostCeilingCheck {
    private static final String PARAM = "millrace.max_cost_usd";

    private CostCeilingCheck() {}

    /**
     * Returns a rejection when one attempt may cost more than the job's ceiling, else empty.
     *
     * @param called the endpoint of the model that is called for the job
     */
    static Optional<Plan.Rejected> check(PlanningJob job, Endpoint called, Model model) {
        BigDecimal ceiling = job.line().options().maxCostUsd();
        return ceiling == null
                ? Optional.empty()
                : check(ceiling, WorstCaseCost.of(model, called, job.profile()), model);
    }

    private static Optional<Plan.Rejected> check(
            BigDecimal ceiling, WorstCaseCost worst, Model model) {
        BigDecimal maxUsd = worst.usd().orElse(null);
        if (maxUsd == null) {
            return rejected(
                    "the cost at "
                            + model.name()
                            + " cannot be kept below max_cost_usd = "
                            + Usd.text(ceiling)
                            + ": nothing limits its "
                            + (worst.input().isEmpty() ? "input" : "output")
                            + " tokens");
        }
        return maxUsd.compareTo(ceiling) <= 0
                ? Optional.empty()
                : rejected(
                        "one attempt at "
                                + model.name()
                                + " may cost up to "
                                + Usd.text(maxUsd)
                                + " USD ("
                                + worst.input().orElseThrow()
                                + " input and "
                                + worst.output().orElseThrow()
                                + " output tokens at most), above"
                                + " max_cost_usd = "
                                + Usd.text(ceiling));
    }

    private static Optional<Plan.Rejected> rejected(String message) {
        return Optional.of(new Plan.Rejected(ErrorCode.BUDGET_EXCEEDED, message, PARAM));
    }
}
