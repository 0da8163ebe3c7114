package dev.millrace.standalone.forecast;

import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Totals of the tokens and the cost of jobs. Used by one thread. */
final class CostTotals {
    private long jobs;
    private long inputTokens;
    private long outputTokens;
    private BigDecimal usd = BigDecimal.ZERO;
    private BigDecimal worstUsd = BigDecimal.ZERO;
    private long unbounded;
    private final Map<OutputBound, Long> bounds = new EnumMap<>(OutputBound.class);

    /**
     * Adds one attempt of a job.
     *
     * @param worst highest possible cost in US dollars; empty if the cost is unbounded
     */
    void add(LineForecast.Routed job, Optional<BigDecimal> worst) {
        jobs++;
        inputTokens = saturatedSum(inputTokens, job.inputTokens());
        outputTokens = saturatedSum(outputTokens, job.outputTokens());
        usd = usd.add(job.usd());
        worstUsd = worstUsd.add(worst.orElse(BigDecimal.ZERO));
        unbounded += worst.isPresent() ? 0 : 1;
        bounds.merge(job.guess().bound(), 1L, Long::sum);
    }

    /**
     * Corrects the expected cost and output.
     *
     * @param moreUsd difference of the cost in US dollars; can be negative
     * @param moreTokens difference of the output tokens; can be negative
     */
    void correct(BigDecimal moreUsd, long moreTokens) {
        usd = usd.add(moreUsd);
        outputTokens = Math.max(0, outputTokens + moreTokens);
    }

    /** Returns the number of jobs for each kind of limit on their output. */
    Map<OutputBound, Long> bounds() {
        return Collections.unmodifiableMap(bounds);
    }

    /** Returns the sum of two non-negative numbers, at most {@link Long#MAX_VALUE}. */
    private static long saturatedSum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    /** Returns the number of jobs. */
    long jobs() {
        return jobs;
    }

    /** Returns the estimated input tokens of all jobs. */
    long inputTokens() {
        return inputTokens;
    }

    /** Returns the expected output tokens of all jobs. */
    long outputTokens() {
        return outputTokens;
    }

    /** Returns the number of jobs with an unbounded cost. */
    long unbounded() {
        return unbounded;
    }

    /** Returns the expected cost in US dollars. */
    BigDecimal usd() {
        return usd;
    }

    /** Returns the worst case of the jobs with a bound, in US dollars. */
    BigDecimal boundedUsd() {
        return worstUsd;
    }

    /** Returns the expected cost in US dollars, for a table. */
    String expectedUsd() {
        return Usd.text(usd);
    }

    /** Returns the worst case in US dollars for a table, or "no bound" if no job has a bound. */
    String worstUsd() {
        return unbounded > 0 && unbounded == jobs ? "no bound" : Usd.text(worstUsd);
    }

    /** Returns the expected cost, the worst case and the unbounded jobs as one phrase. */
    String costPhrase() {
        return "cost for one attempt of each job: about %s USD expected, %s worst case%s"
                .formatted(
                        expectedUsd(),
                        unbounded > 0 && unbounded == jobs ? worstUsd() : worstUsd() + " USD",
                        unbounded == 0
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        "; the cost of %,d %s has no bound and is not included in the"
                                                + " worst case",
                                        unbounded,
                                        unbounded == 1 ? "job" : "jobs"));
    }

    /**
     * Writes all totals as properties of the current JSON object.
     *
     * @param worstName name of the property for the worst case
     */
    void writeTo(JsonGenerator json, String worstName) {
        json.writeNumberProperty("jobs", jobs);
        json.writeNumberProperty("input_tokens", inputTokens);
        json.writeNumberProperty("output_tokens", outputTokens);
        json.writeNumberProperty("cost_usd", Usd.normalised(usd));
        json.writeNumberProperty(worstName, Usd.normalised(worstUsd));
        json.writeNumberProperty("unbounded_jobs", unbounded);
    }
}
