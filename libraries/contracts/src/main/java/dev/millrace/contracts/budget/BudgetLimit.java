package dev.millrace.contracts.budget;

import dev.millrace.contracts.json.JsonFields;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * A limit that an operator set for the budget of a tenant, a batch or an API key. Overrides the
 * limit of the configuration or of the submission.
 *
 * @param limitUsd US dollars, above 0
 * @param at time of the command
 * @param by who issued the command, if known
 */
public record BudgetLimit(BigDecimal limitUsd, Instant at, String by) {
    public BudgetLimit {
        if (limitUsd.signum() <= 0) {
            throw new IllegalArgumentException("limit_usd must be above 0, was " + limitUsd);
        }
        limitUsd = Usd.normalised(limitUsd);
    }

    /** Returns the value of the limit's control record. */
    public byte[] toJson() {
        var json = JsonFields.object();
        json.put("limit_usd", limitUsd);
        json.put("at", at.toString());
        json.put("by", by);
        return JsonFields.bytes(json);
    }

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException if the value is not a limit of a budget
     */
    public static BudgetLimit of(byte[] value) {
        var json = JsonFields.read(value, "a limit of a budget");
        return new BudgetLimit(json.decimal("limit_usd"), json.time("at"), json.text("by"));
    }
}
