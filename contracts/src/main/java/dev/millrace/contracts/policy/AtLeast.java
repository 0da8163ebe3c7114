package dev.millrace.contracts.policy;

import static dev.millrace.contracts.Violation.require;

import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;

/**
 * A lower bound of an amount.
 *
 * @param atLeast this or more, in US dollars, 0 or more; equal amounts are equal however they were
 *     written
 */
public record AtLeast(BigDecimal atLeast) {
    public AtLeast {
        require(atLeast.signum() >= 0, "at_least", "must be 0 or more");
        atLeast = Usd.normalised(atLeast);
    }

    /** Whether an amount is this or more. */
    public boolean holds(BigDecimal amount) {
        return amount.compareTo(atLeast) >= 0;
    }
}
