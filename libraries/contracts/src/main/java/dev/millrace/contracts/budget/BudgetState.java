package dev.millrace.contracts.budget;

import dev.millrace.contracts.json.JsonFields;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * The state of a budget, as the router last published it.
 *
 * @param limitUsd the limit in effect, in US dollars
 * @param spentUsd total that was billed, or possibly billed; above the limit only if a provider
 *     billed more than a call's maximum cost
 * @param reservedUsd amount that unfinished jobs may still spend
 * @param waiting the jobs that wait for money
 * @param rejectedJobs total number of jobs rejected because the budget was exhausted
 * @param alertPercent highest alert threshold: 0 (none), 50 or 80 percent of the limit spent, or
 *     100 for an exhausted budget; see {@link #reachedPercent}
 * @param onExhausted effect on a job that the budget does not cover
 * @param periodEnd when the budget's period ends; empty if it never ends
 * @param at when the state was published
 */
public record BudgetState(
        BigDecimal limitUsd,
        BigDecimal spentUsd,
        BigDecimal reservedUsd,
        Waiting waiting,
        long rejectedJobs,
        int alertPercent,
        OnExhausted onExhausted,
        Optional<Instant> periodEnd,
        Instant at) {

    private static final int NEARLY_ALL_PERCENT = 80;
    private static final int ALL_PERCENT = 100;

    /**
     * The jobs that wait for money of this budget or of another one.
     *
     * @param jobs number of jobs
     * @param neededUsd amount needed by the longest-waiting job of this budget, or the smallest
     *     amount needed by an unaffordable job; empty if no job waits
     * @param unaffordableJobs waiting jobs that need more than is left in one of their budgets
     */
    public record Waiting(long jobs, Optional<BigDecimal> neededUsd, long unaffordableJobs) {
        public static final Waiting NONE = new Waiting(0, Optional.empty(), 0);

        public Waiting {
            neededUsd = neededUsd.map(Usd::normalised);
        }
    }

    public BudgetState {
        limitUsd = Usd.normalised(limitUsd);
        spentUsd = Usd.normalised(spentUsd);
        reservedUsd = Usd.normalised(reservedUsd);
    }

    /** Returns the number of jobs that wait for money of this budget or of another one. */
    public long waitingJobs() {
        return waiting.jobs();
    }

    /**
     * Returns the highest threshold that the spent money has reached. A budget is also exhausted if
     * the rest is too little for a job, with less than 100 percent spent.
     */
    public int reachedPercent() {
        return isRestTooLittle() ? NEARLY_ALL_PERCENT : alertPercent;
    }

    /** Returns true if the budget is used up although less than its limit is spent. */
    public boolean isRestTooLittle() {
        return alertPercent == ALL_PERCENT && spentUsd.compareTo(limitUsd) < 0;
    }

    /** Returns the amount by which the spent money is above the limit, in US dollars; 0 or more. */
    public BigDecimal exceededUsd() {
        return spentUsd.subtract(limitUsd).max(BigDecimal.ZERO);
    }

    /** Returns true if more is spent and reserved than a limit allows. */
    public boolean exceeds(BigDecimal limit) {
        return spentUsd.add(reservedUsd).compareTo(limit) > 0;
    }

    /** Returns the value of the state's control record. */
    public byte[] toJson() {
        var json = JsonFields.object();
        json.put("limit_usd", limitUsd);
        json.put("spent_usd", spentUsd);
        json.put("reserved_usd", reservedUsd);
        json.put("waiting_jobs", waiting.jobs());
        waiting.neededUsd().ifPresent(it -> json.put("needed_usd", it));
        json.put("unaffordable_jobs", waiting.unaffordableJobs());
        json.put("rejected_jobs", rejectedJobs);
        json.put("alert_percent", alertPercent);
        json.put("on_exhausted", onExhausted.name().toLowerCase(Locale.ROOT));
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
                new Waiting(
                        json.number("waiting_jobs", 0),
                        json.optionalDecimal("needed_usd"),
                        json.number("unaffordable_jobs", 0)),
                json.number("rejected_jobs", 0),
                json.count("alert_percent", 0),
                json.optionalText("on_exhausted").filter("reject"::equals).isPresent()
                        ? OnExhausted.REJECT
                        : OnExhausted.PARK,
                json.optionalTime("period_end"),
                json.time("at"));
    }
}
