package dev.millrace.standalone.audit;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The result of an audit.
 *
 * @param extent the input read
 * @param models the models of the catalog, the most expensive first
 * @param unknown the other names, the most requests first
 * @param unpriced the service tiers without a price
 * @param policy name and version of the policy
 * @param catalogVersion version of the catalog
 */
record AuditFigures(
        LogExtent extent,
        List<ModelFigures> models,
        List<UnknownModel> unknown,
        List<UnpricedTier> unpriced,
        String policy,
        String catalogVersion) {
    /**
     * A service tier without a price for a model. Its requests are costed at the model's most
     * expensive tier.
     */
    record UnpricedTier(Model model, String tier, long requests) {}

    /** Days of a month in projections. */
    static final int MONTH_DAYS = 30;

    /** Days of a year in projections. */
    static final int YEAR_DAYS = 365;

    private static final int CENTS = 2;

    /** Returns the number of requests of known models. */
    long requests() {
        return models.stream().mapToLong(ModelFigures::requests).sum();
    }

    /** Returns the number of requests of all models. */
    long allRequests() {
        return requests() + unknown.stream().mapToLong(UnknownModel::requests).sum();
    }

    /** Returns the tokens of known models. */
    TokenUsage usage() {
        return models.stream().map(ModelFigures::usage).reduce(TokenUsage.NONE, TokenUsage::plus);
    }

    /** Returns the sum of an amount over all known models. */
    BigDecimal sum(Function<ModelFigures, BigDecimal> amount) {
        return models.stream().map(amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Returns the cost by the log; empty if it has none for any known model. */
    Optional<ModelFigures.Spend> spend() {
        return models.stream().flatMap(it -> it.spend().stream()).reduce(ModelFigures.Spend::plus);
    }

    /** Returns the cost under the policy. */
    CostRange policyCost() {
        return models.stream().map(ModelFigures::policy).reduce(CostRange.NONE, CostRange::plus);
    }

    /**
     * Projects an amount from the time that the log covers, rounded to cents; empty if the log does
     * not show how long this time is.
     */
    Optional<BigDecimal> projected(BigDecimal usd, int days) {
        return extent.span()
                .map(
                        span ->
                                usd.multiply(BigDecimal.valueOf(Duration.ofDays(days).toMillis()))
                                        .divide(
                                                BigDecimal.valueOf(Math.max(1, span.toMillis())),
                                                CENTS,
                                                RoundingMode.HALF_UP));
    }
}
