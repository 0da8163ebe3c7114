package dev.millrace.contracts.result;

import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.ServiceUse;
import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The usage of an attempt and its prices.
 *
 * @param tokens tokens used; for an uncertain attempt the known upper bound
 * @param service the reported service use besides tokens, which determines the prices
 * @param rates prices applied, in USD per million tokens; null if no call was made or the prices
 *     are unknown
 * @param period name of the hours with these prices; null for the usual hours
 * @param catalogVersion version of the catalog with the prices; null without prices
 * @param catalogUsd cost at these prices, if the provider stated the cost that counts; else null
 */
public record PricedUsage(
        TokenUsage tokens,
        ServiceUse service,
        @Nullable Price rates,
        @Nullable String period,
        @Nullable String catalogVersion,
        @Nullable BigDecimal catalogUsd) {
    public static final PricedUsage NONE = of(TokenUsage.NONE, null, null);

    /** Creates the usage of an answer that reported only tokens, at the usual hours. */
    public static PricedUsage of(
            TokenUsage tokens, @Nullable Price rates, @Nullable String catalogVersion) {
        return new PricedUsage(tokens, ServiceUse.NONE, rates, null, catalogVersion, null);
    }

    PricedUsage withCatalogUsd(BigDecimal usd) {
        return new PricedUsage(tokens, service, rates, period, catalogVersion, usd);
    }
}
