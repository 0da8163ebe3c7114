package dev.millrace.standalone.audit;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * The requests of one model. All costs are exact, in US dollars.
 *
 * @param names the names of this model in the log
 * @param usd cost by the catalog
 * @param spend cost recorded in the log; empty if the log has none
 * @param sameTier cheapest replacement of equal or higher tier; empty if none is cheaper
 * @param anyTier cheapest replacement of any tier; empty if none is cheaper
 * @param policy cost under the policy
 */
record ModelFigures(
        Model model,
        List<String> names,
        long requests,
        TokenUsage usage,
        BigDecimal usd,
        Optional<Spend> spend,
        Optional<CheaperModels.Choice> sameTier,
        Optional<CheaperModels.Choice> anyTier,
        CostRange policy) {

    /**
     * The cost recorded in the log.
     *
     * @param requests number of requests with a cost in the log
     * @param loggedUsd cost of these requests in the log
     * @param catalogUsd cost of these requests by the catalog
     */
    record Spend(long requests, BigDecimal loggedUsd, BigDecimal catalogUsd) {
        /** Returns the cost by the catalog minus the cost by the log. */
        public BigDecimal differenceUsd() {
            return catalogUsd.subtract(loggedUsd);
        }

        Spend plus(Spend other) {
            return new Spend(
                    requests + other.requests,
                    loggedUsd.add(other.loggedUsd),
                    catalogUsd.add(other.catalogUsd));
        }
    }

    /** Returns the cost when a cheaper model of the same tier or a higher one is used. */
    BigDecimal sameTierUsd() {
        return sameTier.map(CheaperModels.Choice::usd).orElse(usd);
    }

    /** Returns the cost when a cheaper model of any tier is used. */
    BigDecimal anyTierUsd() {
        return anyTier.map(CheaperModels.Choice::usd).orElse(usd);
    }
}
