package dev.millrace.standalone.audit;

import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** Formats figures as human-readable text. */
final class Figure {
    private static final int DECIMALS = 6;
    private static final int PERCENT_DIGITS = 4;

    private Figure() {}

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Returns an amount with at most six decimals. */
    static String usd(BigDecimal usd) {
        return Usd.text(usd.setScale(DECIMALS, RoundingMode.HALF_UP));
    }

    /** Returns the share that is saved in percent, such as {@code 12.3 %}; a dash for no cost. */
    static String savedPercent(BigDecimal before, BigDecimal after) {
        return before.signum() == 0
                ? "–"
                : before.subtract(after)
                                .divide(before, PERCENT_DIGITS, RoundingMode.HALF_UP)
                                .movePointRight(2)
                                .setScale(1, RoundingMode.HALF_UP)
                        + " %";
    }
}
