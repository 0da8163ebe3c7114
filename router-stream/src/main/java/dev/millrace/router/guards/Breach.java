package dev.millrace.router.guards;

import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;

/** Breach of one bound of a guard, with the numbers. */
public sealed interface Breach {
    /**
     * The arm's error rate exceeds the baseline's by more than the guard allows.
     *
     * @param jobs number of jobs in the arm's window so far
     * @param windowSize size of the full window
     * @param percent allowed percentage points above the baseline
     * @param baselinePercent error rate of the baseline
     */
    record ErrorBreach(
            int errors, int jobs, int windowSize, BigDecimal percent, BigDecimal baselinePercent)
            implements Breach {}

    /**
     * More calls than allowed were slower than the latency limit.
     *
     * @param jobs number of jobs in the arm's window so far
     * @param windowSize size of the full window
     * @param percent permitted slow share of a full window: 5 %, plus the share of slow calls in
     *     the baseline since the arm's oldest job
     * @param limitMillis maximum duration of a call that is not slow
     */
    record LatencyBreach(
            int slow,
            int jobs,
            int windowSize,
            BigDecimal percent,
            long limitMillis,
            int baselineP95Millis)
            implements Breach {}

    /**
     * The arm's jobs cost more than a full window permits.
     *
     * @param jobs number of jobs in the arm's window so far
     * @param windowSize size of the full window
     * @param limitNanoUsd maximum cost of a full window
     * @param baselineMeanNanoUsd mean cost of a job in the baseline
     */
    record CostBreach(
            long costNanoUsd, int jobs, int windowSize, long limitNanoUsd, long baselineMeanNanoUsd)
            implements Breach {}

    /** Describes the breach to a person. */
    default String reason() {
        return switch (this) {
            case ErrorBreach it ->
                    it.errors
                            + " errors in the last "
                            + it.jobs
                            + " jobs; the limit for "
                            + it.windowSize
                            + " jobs is "
                            + plain(it.percent)
                            + " percentage points above the other arms' "
                            + plain(it.baselinePercent)
                            + " %";
            case LatencyBreach it ->
                    it.slow
                            + " of the last "
                            + it.jobs
                            + " jobs took more than "
                            + it.limitMillis
                            + " ms; the limit is "
                            + plain(it.percent)
                            + " % of "
                            + it.windowSize
                            + " jobs. The other arms' P95 is "
                            + it.baselineP95Millis
                            + " ms";
            case CostBreach it ->
                    "the last "
                            + it.jobs
                            + " jobs cost "
                            + usd(it.costNanoUsd)
                            + " USD; the limit for "
                            + it.windowSize
                            + " jobs is "
                            + usd(it.limitNanoUsd)
                            + " USD. A job of the other arms costs "
                            + usd(it.baselineMeanNanoUsd)
                            + " USD on average";
        };
    }

    private static String plain(BigDecimal percent) {
        return percent.stripTrailingZeros().toPlainString();
    }

    private static String usd(long nanoUsd) {
        return Usd.text(JobOutcome.usd(nanoUsd));
    }

    /**
     * A breach with the totals of the arm's window.
     *
     * @param jobs jobs in the window, 1 or more
     * @param errors errors among these jobs
     * @param costUsd cost of these jobs in US dollars
     */
    record Report(Breach breach, int jobs, int errors, BigDecimal costUsd) {
        static Report of(Breach breach, OutcomeWindow arm) {
            return new Report(breach, arm.size(), arm.errors(), JobOutcome.usd(arm.costNanoUsd()));
        }
    }
}
