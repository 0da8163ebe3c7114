package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.PricedFields;
import dev.millrace.contracts.money.Price;
import dev.millrace.router.classify.Profile;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Upper bounds of the tokens and the cost of one attempt.
 *
 * @param input upper bound of the input tokens; empty when unbounded
 * @param output upper bound of the output tokens; empty when unbounded
 * @param price of the model
 * @param tier the service tier that the request asks for; null for none
 * @param toolsUsd highest cost of the tools' calls, as far as they have a price and a limit
 */
public record WorstCaseCost(
        OptionalLong input,
        OptionalLong output,
        Price price,
        @Nullable String tier,
        BigDecimal toolsUsd) {
    /**
     * Returns the bounds of a job at a model; its context window also bounds the input. For each
     * call of a tool that the provider runs, the model reads its input once more.
     *
     * @param called the endpoint of the model that is called for the job
     * @param fields the fields of the job with separate prices
     */
    public static WorstCaseCost of(
            Model model, Endpoint called, Profile profile, PricedFields fields) {
        OptionalLong max = profile.inputTokens(model).atMost();
        OptionalLong window = windows(model, profile);
        OptionalLong once =
                max.isPresent() && window.isPresent()
                        ? OptionalLong.of(Math.min(max.getAsLong(), window.getAsLong()))
                        : max.isPresent() ? max : window;
        long calls = fields.toolCalls().values().stream().mapToLong(it -> it.orElse(0)).sum();
        return new WorstCaseCost(
                once.isPresent() ? OptionalLong.of(saturated(once.getAsLong(), 1 + calls)) : once,
                profile.maxOutputTokens(model, called),
                model.price(),
                fields.tier(),
                toolsUsd(model.price(), fields));
    }

    /**
     * Returns the bounds of an attempt in some hours only.
     *
     * @param deadline of the job; null for none
     */
    public WorstCaseCost within(Instant now, @Nullable Instant deadline) {
        return new WorstCaseCost(input, output, price.within(now, deadline), tier, toolsUsd);
    }

    private static BigDecimal toolsUsd(Price price, PricedFields fields) {
        BigDecimal usd = BigDecimal.ZERO;
        for (var tool : fields.toolCalls().entrySet()) {
            BigDecimal rate = price.perCall().getOrDefault(tool.getKey(), BigDecimal.ZERO);
            usd = usd.add(rate.multiply(BigDecimal.valueOf(tool.getValue().orElse(0))));
        }
        return usd;
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
                : Optional.of(
                        price.highestCostOf(input.getAsLong(), output.getAsLong(), tier)
                                .add(toolsUsd));
    }
}
