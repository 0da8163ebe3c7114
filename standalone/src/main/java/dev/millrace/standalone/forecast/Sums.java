package dev.millrace.standalone.forecast;

import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Adds up the tokens and the cost of jobs. One thread. */
public final class Sums {
    private long jobs;
    private long inputTokens;
    private long outputTokens;
    private BigDecimal usd = BigDecimal.ZERO;
    private BigDecimal worstUsd = BigDecimal.ZERO;
    private long unbounded;

    /** Creates sums of nothing. */
    public Sums() {}

    /**
     * Adds one attempt of a job.
     *
     * @param worst the most that the attempt may cost in US dollars; empty when nothing bounds it
     */
    public void add(Destiny.Routed job, Optional<BigDecimal> worst) {
        jobs++;
        inputTokens = saturatedSum(inputTokens, job.inputTokens());
        outputTokens = saturatedSum(outputTokens, job.outputTokens());
        usd = usd.add(job.usd());
        worstUsd = worstUsd.add(worst.orElse(BigDecimal.ZERO));
        unbounded += worst.isPresent() ? 0 : 1;
    }

    /** Returns the sum of two numbers that are not negative, at most {@link Long#MAX_VALUE}. */
    private static long saturatedSum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    /** Returns how many jobs were added. */
    public long jobs() {
        return jobs;
    }

    /** Returns the estimated input tokens of all jobs. */
    public long inputTokens() {
        return inputTokens;
    }

    /** Returns the expected output tokens of all jobs. */
    public long outputTokens() {
        return outputTokens;
    }

    /** Returns how many jobs have a cost that nothing bounds. */
    public long unbounded() {
        return unbounded;
    }

    /** Returns the expected cost in US dollars, for a table. */
    public String expectedUsd() {
        return Usd.text(usd);
    }

    /** Returns the worst case in US dollars, for a table; "no bound" when no job has one. */
    public String worstUsd() {
        return unbounded > 0 && unbounded == jobs ? "no bound" : Usd.text(worstUsd);
    }

    /** Returns expected cost, worst case and what is unbounded, as one phrase. */
    public String costPhrase() {
        return "cost for one attempt of each job: about %s USD expected, %s worst case%s"
                .formatted(
                        expectedUsd(),
                        unbounded > 0 && unbounded == jobs ? worstUsd() : worstUsd() + " USD",
                        unbounded == 0
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        "; nothing bounds the cost of %,d %s, which the worst case"
                                                + " leaves out",
                                        unbounded,
                                        unbounded == 1 ? "job" : "jobs"));
    }

    /**
     * Writes all sums as properties of the current JSON object.
     *
     * @param worstName the property of the worst case
     */
    public void writeTo(JsonGenerator json, String worstName) {
        json.writeNumberProperty("jobs", jobs);
        json.writeNumberProperty("input_tokens", inputTokens);
        json.writeNumberProperty("output_tokens", outputTokens);
        json.writeNumberProperty("cost_usd", Usd.normalised(usd));
        json.writeNumberProperty(worstName, Usd.normalised(worstUsd));
        json.writeNumberProperty("unbounded_jobs", unbounded);
    }
}
