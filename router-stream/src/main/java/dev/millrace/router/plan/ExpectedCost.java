package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.router.classify.Profile;
import java.math.BigDecimal;
import java.time.Instant;

/** Estimates the cost of a job, to compare models. Not suited for billing. */
final class ExpectedCost {
    private static final int PER_MILLION = -6;

    private ExpectedCost() {}

    /**
     * Returns the expected cost in US dollars, without discounts for cached input.
     *
     * @param called the endpoint of the model that is called for the job
     * @param latest the call starts at its cheapest time from now until then
     */
    static BigDecimal usd(
            Model model, Endpoint called, Profile profile, Instant now, Instant latest) {
        long input = profile.quickInputTokens();
        long output = profile.outputTokens(model, called).estimate();
        Price price = model.price();
        Instant start = price.cheapestStart(TokenUsage.of(input, output), now, latest);
        Price rates = price.at(start, start).ratesFor(input);
        return rates.input()
                .multiply(BigDecimal.valueOf(input))
                .add(rates.output().multiply(BigDecimal.valueOf(output)))
                .scaleByPowerOfTen(PER_MILLION);
    }
}
