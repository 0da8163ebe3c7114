package dev.millrace.contracts.budget;

import dev.millrace.contracts.json.JsonFields;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/**
 * The state of a budget, as the router last published it.
 *
 * @param limitUsd the limit in effect, in US dollars
 * @param spentUsd total that was billed or may have been billed
 * @param reservedUsd amount that unfinished jobs may still spend
 * @param waitingJobs jobs that wait for money of this budget or of their other one
 * @param neededUsd amount that the longest-waiting job that asks this budget needs; empty if no job
 *     asks it
 * @param rejectedJobs total of jobs that were rejected because the budget was exhausted
 * @param alertPercent highest alert threshold that the spent money has reached: 0 (none), 50, 80 or
 *     100
 * @param periodEnd when the budget's period ends; empty if it never ends
 * @param at when the state was published
 */
public record BudgetState(
        BigDecimal limitUsd,
        BigDecimal spentUsd,
        BigDecimal reservedUsd,
        long waitingJobs,
        Optional<BigDecimal> neededUsd,
        long rejectedJobs,
        int alertPercent,
        Optional<Instant> periodEnd,
        Instant at) {
    public BudgetState {
        limitUsd = Usd.normalised(limitUsd);
        spentUsd = Usd.normalised(spentUsd);
        reservedUsd = Usd.normalised(reservedUsd);
        neededUsd = neededUsd.map(Usd::normalised);
    }

    /** Returns the value of the state's control record. */
    public byte[] toJson() {
        var json = JsonFields.object();
        json.put("limit_usd", limitUsd);
        json.put("spent_usd", spentUsd);
        json.put("reserved_usd", reservedUsd);
        json.put("waiting_jobs", waitingJobs);
        neededUsd.ifPresent(it -> json.put("needed_usd", it));
        json.put("rejected_jobs", rejectedJobs);
        json.put("alert_percent", alertPercent);
        periodEnd.ifPresent(it -> json.put("period_end", it.toString()));
        json.put("at", at.toString());
        return JsonFields.bytes(json);
    }

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException if the value is not a state of a budget
     */
    public static BudgetState of(byte[] value) {
        var json = JsonFields.read(value, "a state of a budget");
        return new BudgetState(
                json.decimal("limit_usd"),
                json.decimal("spent_usd"),
                json.decimal("reserved_usd"),
                json.number("waiting_jobs", 0),
                json.optionalDecimal("needed_usd"),
                json.number("rejected_jobs", 0),
                json.count("alert_percent", 0),
                json.optionalTime("period_end"),
                json.time("at"));
    }
}
