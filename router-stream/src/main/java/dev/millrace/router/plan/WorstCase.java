package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.Price;
import dev.millrace.router.classify.Profile;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The most that one attempt at a model can have and cost.
 *
 * @param input tokens; empty when nothing bounds them
 * @param output tokens; empty when nothing bounds them
 * @param price of the model
 */
public record WorstCase(OptionalLong input, OptionalLong output, Price price) {
    private static final int PER_MILLION = -6;

    /** Of a job at a model; what does not bound itself is bounded by the model's window. */
    public static WorstCase of(Model model, Profile profile) {
        OptionalLong most = profile.maxInputTokens(model);
        OptionalLong window = model.contextWindow();
        return new WorstCase(
                most.isPresent() && window.isPresent()
                        ? OptionalLong.of(Math.min(most.getAsLong(), window.getAsLong()))
                        : most.isPresent() ? most : window,
                profile.outputTokens(model).atMost(),
                model.price());
    }

    /** In US dollars; empty when nothing bounds it. */
    public Optional<BigDecimal> usd() {
        return input.isEmpty() || output.isEmpty()
                ? Optional.empty()
                : Optional.of(usd(input.getAsLong(), output.getAsLong()));
    }

    /** Tokens may be more or fewer, so both the usual and the long-context rates may apply. */
    private BigDecimal usd(long in, long out) {
        return atDearest(price, in, out).max(atDearest(price.ratesFor(in), in, out));
    }

    private static BigDecimal atDearest(Price rates, long in, long out) {
        BigDecimal dearest =
                rates.input()
                        .max(rates.cachedInput())
                        .max(rates.cacheWrite())
                        .max(rates.cacheWriteHour());
        return dearest.multiply(BigDecimal.valueOf(in))
                .add(rates.output().multiply(BigDecimal.valueOf(out)))
                .scaleByPowerOfTen(PER_MILLION);
    }
}
