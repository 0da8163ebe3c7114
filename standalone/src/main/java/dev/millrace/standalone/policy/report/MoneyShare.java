package dev.millrace.standalone.policy.report;

import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Divides a sum of money. No other figure of a report is rounded before it is displayed, except
 * percentages.
 */
final class MoneyShare {
    private static final int DECIMALS = 12;

    private MoneyShare() {}

    /**
     * Returns the cost of {@code part} of {@code whole} jobs at the average cost, to 12 decimals.
     */
    static BigDecimal of(BigDecimal usd, long part, long whole) {
        return Usd.normalised(
                usd.multiply(BigDecimal.valueOf(part))
                        .divide(BigDecimal.valueOf(whole), DECIMALS, RoundingMode.HALF_EVEN));
    }
}
