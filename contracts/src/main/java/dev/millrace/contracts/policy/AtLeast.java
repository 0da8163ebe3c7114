package dev.millrace.contracts.policy;

import static dev.millrace.reader.problem.Violation.require;

import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;

/**
 * A lower bound for an amount of money.
 *
 * @param atLeast the bound in US dollars, 0 or more; normalised, so that bounds of the same value
 *     are {@code equals}
 */
public record AtLeast(BigDecimal atLeast) {
    public AtLeast {
        require(atLeast.signum() >= 0, "at_least", "must be 0 or more");
        atLeast = Usd.normalised(atLeast);
    }

    /** Returns true if the amount is at or above the bound. */
    public boolean holds(BigDecimal amount) {
        return amount.compareTo(atLeast) >= 0;
    }
}
