package dev.millrace.router.plan.cost;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.Price;
import dev.millrace.router.classify.Profile;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Upper bounds of the tokens and the cost of one attempt.
 *
 * @param input upper bound of the input tokens; empty when unbounded
 * @param output upper bound of the output tokens; empty when unbounded
 * @param price of the model
 */
public record WorstCaseCost(OptionalLong input, OptionalLong output, Price price) {
    /**
     * Returns the bounds of a job at a model; its context window also bounds the input.
     *
     * @param called the endpoint of the model that is called for the job
     */
    public static WorstCaseCost of(Model model, Endpoint called, Profile profile) {
        OptionalLong max = profile.maxInputTokens(model);
        OptionalLong window = windows(model, profile);
        return new WorstCaseCost(
                max.isPresent() && window.isPresent()
                        ? OptionalLong.of(Math.min(max.getAsLong(), window.getAsLong()))
                        : max.isPresent() ? max : window,
                profile.outputTokens(model, called).atMost(),
                model.price());
    }

    /** Returns the window of all prompts or texts: each has the model's window for itself. */
    private static OptionalLong windows(Model model, Profile profile) {
        OptionalLong window = model.contextWindow();
        return window.isEmpty()
                ? window
                : OptionalLong.of(saturated(window.getAsLong(), profile.inputs()));
    }

    private static long saturated(long factor, long other) {
        long high = Math.multiplyHigh(factor, other);
        return high == 0 && factor * other >= 0 ? factor * other : Long.MAX_VALUE;
    }

    /** Returns the highest cost in US dollars; empty when unbounded. */
    public Optional<BigDecimal> usd() {
        return input.isEmpty() || output.isEmpty()
                ? Optional.empty()
                : Optional.of(price.highestCostOf(input.getAsLong(), output.getAsLong()));
    }
}
