package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.money.Usd;
import dev.millrace.router.classify.Profile;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds a job's {@code max_cost_usd} against the most that one attempt can cost.
 *
 * <p>The bound is hard, so it is far above the usual cost: it takes every token of {@link
 * WorstCase} at the dearest rate that could apply.
 */
final class CostCeiling {
    private static final String PARAM = "millrace.max_cost_usd";

    private CostCeiling() {}

    /**
     * Why the job cannot be sent to the model under its ceiling; empty when it can.
     *
     * @param ceiling null for none
     */
    static Optional<Plan.Refused> reasonAgainst(
            @Nullable BigDecimal ceiling, Profile profile, Model model) {
        return ceiling == null
                ? Optional.empty()
                : reason(ceiling, WorstCase.of(model, profile), model);
    }

    private static Optional<Plan.Refused> reason(BigDecimal ceiling, WorstCase worst, Model model) {
        BigDecimal most = worst.usd().orElse(null);
        if (most == null) {
            return refused(
                    "the cost at "
                            + model.name()
                            + " has no bound below max_cost_usd = "
                            + Usd.text(ceiling)
                            + ": nothing limits its "
                            + (worst.input().isEmpty() ? "input" : "output")
                            + " tokens");
        }
        return most.compareTo(ceiling) <= 0
                ? Optional.empty()
                : refused(
                        "one attempt at "
                                + model.name()
                                + " may cost up to "
                                + Usd.text(most)
                                + " USD ("
                                + worst.input().orElseThrow()
                                + " input and "
                                + worst.output().orElseThrow()
                                + " output tokens at most), above"
                                + " max_cost_usd = "
                                + Usd.text(ceiling));
    }

    private static Optional<Plan.Refused> refused(String message) {
        return Optional.of(new Plan.Refused(ErrorCode.BUDGET_EXCEEDED, message, PARAM));
    }
}
