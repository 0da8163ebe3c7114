package dev.millrace.contracts.usage;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Optional;

/**
 * A name under which an API states what a call cost.
 *
 * @param path within the usage object, with a dot before each inner key; or the name of a header
 * @param exponent the unit, as a power of ten of a US dollar
 * @param includes what the cost includes
 * @param users APIs that use the name
 * @param source address of the page that says so; a relative one begins in the folder {@code docs}
 * @param asOf day on which the page was read
 */
public record CostName(
        String path, int exponent, String includes, String users, String source, LocalDate asOf) {
    /** More than a call costs, even of a million tokens at the dearest model of 2026. */
    private static final BigDecimal MAX_USD = BigDecimal.valueOf(500);

    /** Returns an amount in US dollars; empty if the text is no plausible amount. */
    Optional<BigDecimal> usd(String text) {
        return ReportedCounts.number(text)
                .map(it -> it.scaleByPowerOfTen(exponent))
                .filter(it -> it.signum() >= 0 && it.compareTo(MAX_USD) <= 0);
    }
}
