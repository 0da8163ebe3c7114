package dev.millrace.standalone.report;

import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** A part of a sum of money: the one place where a report rounds. */
final class Share {
    private static final int DECIMALS = 12;

    private Share() {}

    /** What {@code part} of {@code whole} jobs cost at the mean of all, to 12 decimals. */
    static BigDecimal of(BigDecimal usd, long part, long whole) {
        return Usd.normalised(
                usd.multiply(BigDecimal.valueOf(part))
                        .divide(BigDecimal.valueOf(whole), DECIMALS, RoundingMode.HALF_EVEN));
    }
}
