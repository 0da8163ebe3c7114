package dev.millrace.standalone.forecast;

import java.math.BigDecimal;

/** Adds up what jobs would have and cost. */
final class Sums {
    private long jobs;
    private long inputTokens;
    private long outputTokens;
    private BigDecimal usd = BigDecimal.ZERO;
    private BigDecimal mostUsd = BigDecimal.ZERO;
    private long unbounded;

    void add(Destiny.Routed job) {
        jobs++;
        inputTokens += job.inputTokens();
        outputTokens += job.outputTokens();
        usd = usd.add(job.usd());
        mostUsd = mostUsd.add(job.mostUsd().orElse(BigDecimal.ZERO));
        unbounded += job.mostUsd().isPresent() ? 0 : 1;
    }

    long jobs() {
        return jobs;
    }

    long inputTokens() {
        return inputTokens;
    }

    long outputTokens() {
        return outputTokens;
    }

    /** What they would cost by the estimates. */
    BigDecimal usd() {
        return usd;
    }

    /** The most that one attempt of each may cost, without those that nothing bounds. */
    BigDecimal mostUsd() {
        return mostUsd;
    }

    /** Jobs whose cost nothing bounds. */
    long unbounded() {
        return unbounded;
    }
}
