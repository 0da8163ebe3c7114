package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.PricedFields;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the cost of an attempt has a bound if it needs one: the job's {@code max_cost_usd},
 * or any bound for a job under a budget.
 *
 * <p>The limit is hard, so the check uses {@link WorstCaseCost}, which is far above the usual cost.
 */
final class CostCeilingCheck {
    private static final String PARAM = "millrace.max_cost_usd";

    private CostCeilingCheck() {}

    /**
     * Returns a rejection when one attempt can cost more than the job's ceiling, or an unknown
     * amount that cannot be reserved; otherwise empty.
     *
     * @param called the endpoint of the model that is called for the job
     */
    static Optional<Plan.Rejected> check(PlanningJob job, Endpoint called, Model model) {
        if (!job.line().isCostBounded()) {
            return Optional.empty();
        }
        BigDecimal ceiling = job.line().options().maxCostUsd();
        PricedFields fields = job.line().pricedFields();
        return UnpricedField.find(fields, model.price())
                .map(it -> unpriced(ceiling, it, model))
                .or(() -> check(ceiling, job.worstCase(model, called), model));
    }

    private static Plan.Rejected unpriced(
            @Nullable BigDecimal ceiling, UnpricedField field, Model model) {
        String limited =
                ceiling == null
                        ? "no budget can cover an attempt at " + model.name()
                        : "the cost at "
                                + model.name()
                                + " cannot be kept below max_cost_usd = "
                                + Usd.text(ceiling);
        return new Plan.Rejected(
                ErrorCode.BUDGET_EXCEEDED, limited + ": " + field.reason(), field.param());
    }

    private static Optional<Plan.Rejected> check(
            @Nullable BigDecimal ceiling, WorstCaseCost worst, Model model) {
        BigDecimal maxUsd = worst.usd().orElse(null);
        if (maxUsd == null) {
            return Optional.of(unbounded(ceiling, worst, model));
        }
        return ceiling == null || maxUsd.compareTo(ceiling) <= 0
                ? Optional.empty()
                : Optional.of(tooExpensive(ceiling, maxUsd, worst, model));
    }

    private static Plan.Rejected unbounded(
            @Nullable BigDecimal ceiling, WorstCaseCost worst, Model model) {
        boolean isInput = worst.input().isEmpty();
        String unlimited = "nothing limits its " + (isInput ? "input" : "output") + " tokens";
        return ceiling == null
                ? new Plan.Rejected(
                        ErrorCode.BUDGET_EXCEEDED,
                        "no budget can cover an attempt at " + model.name() + ": " + unlimited,
                        null)
                : rejected(
                        "the cost at "
                                + model.name()
                                + " cannot be kept below max_cost_usd = "
                                + Usd.text(ceiling)
                                + ": "
                                + unlimited);
    }

    private static Plan.Rejected tooExpensive(
            BigDecimal ceiling, BigDecimal maxUsd, WorstCaseCost worst, Model model) {
        return rejected(
                "one attempt at "
                        + model.name()
                        + " may cost up to "
                        + Usd.text(maxUsd)
                        + " USD ("
                        + worst.input().orElseThrow()
                        + " input and "
                        + worst.output().orElseThrow()
                        + " output tokens at most), above max_cost_usd = "
                        + Usd.text(ceiling));
    }

    /**
     * Returns a rejection when one attempt at the job's model may cost more than the job's ceiling,
     * since the model's price has risen; else empty.
     *
     * @param job headers with the highest cost at the current prices
     */
    static Optional<Plan.Rejected> checkAgain(JobHeaders job) {
        JobCostLimit limit = job.costLimit();
        BigDecimal max = limit == null ? null : limit.maxUsd();
        if (limit == null || max == null) {
            return Optional.empty();
        }
        BigDecimal attempt = limit.attemptUsd().get(job.position());
        return attempt.compareTo(max) <= 0
                ? Optional.empty()
                : Optional.of(
                        rejected(
                                "the price of "
                                        + job.model()
                                        + " has risen: one attempt may cost up to "
                                        + Usd.text(attempt)
                                        + " USD, above max_cost_usd = "
                                        + Usd.text(max)));
    }

    private static Plan.Rejected rejected(String message) {
        return new Plan.Rejected(ErrorCode.BUDGET_EXCEEDED, message, PARAM);
    }
}
