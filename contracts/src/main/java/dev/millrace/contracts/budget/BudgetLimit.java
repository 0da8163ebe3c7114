package dev.millrace.contracts.budget;

import dev.millrace.contracts.json.JsonFields;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A limit that an operator set for the budget of a tenant, a batch or an API key. Overrides the
 * limit of the configuration or of the submission.
 *
 * @param limitUsd US dollars, above 0
 * @param at time of the command
 * @param by who issued the command, if known
 * @param since when the limit was first set or last lowered. A call starts only if its money was
 *     reserved under this limit or a later one
 */
public record BudgetLimit(BigDecimal limitUsd, Instant at, String by, Instant since) {
    public BudgetLimit {
        if (limitUsd.signum() <= 0) {
            throw new IllegalArgumentException("limit_usd must be above 0, was " + limitUsd);
        }
        limitUsd = Usd.normalised(limitUsd);
        since = since.truncatedTo(ChronoUnit.MILLIS);
    }

    /** Creates the first limit of a budget. */
    public BudgetLimit(BigDecimal limitUsd, Instant at, String by) {
        this(limitUsd, at, by, at);
    }

    /**
     * Returns this limit as the successor of another one. If it is not lower, what was reserved
     * under the other one stays valid.
     *
     * @param before the limit of the same budget; null for none
     * @param latest time after which this limit begins, so that clocks of operators need not agree
     */
    public BudgetLimit after(@Nullable BudgetLimit before, Instant latest) {
        if (before != null && limitUsd.compareTo(before.limitUsd) >= 0) {
            return new BudgetLimit(limitUsd, at, by, before.since);
        }
        Instant next = latest.plusMillis(1);
        return new BudgetLimit(limitUsd, at, by, at.isAfter(next) ? at : next);
    }

    /** Returns the value of the limit's control record. */
    public byte[] toJson() {
        var json = JsonFields.object();
        json.put("limit_usd", limitUsd);
        json.put("at", at.toString());
        json.put("by", by);
        json.put("since", since.toString());
        return JsonFields.bytes(json);
    }

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException if the value is not a limit of a budget
     */
    public static BudgetLimit of(byte[] value) {
        var json = JsonFields.read(value, "a limit of a budget");
        Instant at = json.time("at");
        return new BudgetLimit(
                json.decimal("limit_usd"),
                at,
                json.text("by"),
                json.optionalTime("since").orElse(at));
    }
}
