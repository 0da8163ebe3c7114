package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Holds a job's {@code max_cost_usd} against the most that one attempt can cost.
 *
 * <p>The bound is hard, so it is far above the usual cost: it takes every token of {@link
 * TokenBound} at the dearest rate that could apply.
 */
final class CostCeiling {
    private static final int PER_MILLION = -6;
    private static final String PARAM = "millrace.max_cost_usd";

    private CostCeiling() {}

    /** Why the job cannot be sent to the model under its ceiling; null when it can. */
    static Plan.@Nullable Refused reasonAgainst(RequestLine line, Model model) {
        BigDecimal ceiling = line.options().maxCostUsd();
        if (ceiling == null) {
            return null;
        }
        OptionalLong input = TokenBound.ofInput(line, model);
        OptionalLong output = TokenBound.ofOutput(line, model);
        if (input.isEmpty() || output.isEmpty()) {
            String what = input.isEmpty() ? "input" : "output";
            return refused(
                    "the cost at "
                            + model.name()
                            + " has no bound below max_cost_usd = "
                            + Usd.text(ceiling)
                            + ": nothing limits its "
                            + what
                            + " tokens");
        }
        BigDecimal most = mostOf(model.price(), input.getAsLong(), output.getAsLong());
        return most.compareTo(ceiling) <= 0
                ? null
                : refused(
                        "one attempt at "
                                + model.name()
                                + " may cost up to "
                                + Usd.text(most)
                                + " USD ("
                                + input.getAsLong()
                                + " input and "
                                + output.getAsLong()
                                + " output tokens at most), above"
                                + " max_cost_usd = "
                                + Usd.text(ceiling));
    }

    /** Tokens may be more or fewer, so both the usual and the long-context rates may apply. */
    private static BigDecimal mostOf(Price price, long input, long output) {
        BigDecimal usual = atDearest(price, input, output);
        return usual.max(atDearest(price.ratesFor(input), input, output));
    }

    private static BigDecimal atDearest(Price rates, long input, long output) {
        BigDecimal dearest =
                rates.input()
                        .max(rates.cachedInput())
                        .max(rates.cacheWrite())
                        .max(rates.cacheWriteHour());
        return dearest.multiply(BigDecimal.valueOf(input))
                .add(rates.output().multiply(BigDecimal.valueOf(output)))
                .scaleByPowerOfTen(PER_MILLION);
    }

    private static Plan.Refused refused(String message) {
        return new Plan.Refused(ErrorCode.BUDGET_EXCEEDED, message, PARAM);
    }
}
