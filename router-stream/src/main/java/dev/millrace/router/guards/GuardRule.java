package dev.millrace.router.guards;

import dev.millrace.contracts.policy.Guard;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * Bounds on the last jobs of a guarded arm, which form a sliding window.
 *
 * <p>A guard trips as soon as no further outcomes could keep the full window within a bound. A
 * broken arm therefore costs a few jobs, not a whole window.
 *
 * <p>The arm is compared with its baseline: the last jobs of the rule's other arms. Errors and
 * latencies are also compared with the baseline since the arm's oldest job, because an arm is not
 * to blame for failures or slowness of all arms.
 *
 * @param errorPercent allowed error rate in percentage points above the baseline
 * @param p95Ratio 95 % of the calls can take at most this many times the baseline's P95
 * @param costRatio the jobs can cost at most this many times the baseline's mean
 * @param over size of the window, 1 to {@value OutcomeWindow#MAX_SIZE}
 */
public record GuardRule(
        Optional<BigDecimal> errorPercent,
        Optional<BigDecimal> p95Ratio,
        Optional<BigDecimal> costRatio,
        int over) {
    /**
     * Minimum number of baseline jobs for a comparison. For errors, {@code over} jobs suffice if
     * that is less.
     */
    static final int MIN_BASELINE_JOBS = 20;

    /** A P95 exceeds a limit if more than 1 in this number of values exceeds the limit. */
    static final int SLOW_ONE_IN = 20;

    /** Calls up to this duration are never slow, since clocks and schedulers are not exact. */
    static final int NEVER_SLOW_MILLIS = 10;

    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
    private static final BigDecimal SLOW_PERCENT = BigDecimal.valueOf(100 / SLOW_ONE_IN);
    private static final BigDecimal LONG_MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    public static GuardRule of(Guard guard) {
        return new GuardRule(
                guard.errorRate().map(BigDecimal::valueOf),
                guard.p95Ratio().map(BigDecimal::valueOf),
                guard.costRatio().map(BigDecimal::valueOf),
                guard.over());
    }

    /** Creates an empty window for the arm. */
    OutcomeWindow emptyWindow() {
        return new OutcomeWindow(over);
    }

    Baseline emptyBaseline() {
        return Baseline.read(this, null, null, null, null);
    }

    int baselineCapacity() {
        return Math.max(over, MIN_BASELINE_JOBS);
    }

    /** Returns the first bound that the arm has breached: errors, then latency, then cost. */
    Optional<Breach> findBreach(OutcomeWindow arm, Baseline baseline) {
        return errorBreach(arm, baseline)
                .or(() -> latencyBreach(arm, baseline))
                .or(() -> costBreach(arm, baseline.goodResults()));
    }

    private Optional<Breach> errorBreach(OutcomeWindow arm, Baseline baseline) {
        Proportion usual = baseline.errorRate(Math.min(over, MIN_BASELINE_JOBS));
        return errorPercent
                .filter(percent -> arm.errors() > maxJobs(percent, usual))
                .map(
                        percent ->
                                new Breach.ErrorBreach(
                                        arm.errors(), arm.size(), over, percent, percent(usual)));
    }

    /**
     * Returns the permitted number of errors, or of slow jobs, in a full window: the allowed
     * percentage, plus the baseline's proportion, plus an allowance for chance.
     */
    private long maxJobs(BigDecimal percent, Proportion usual) {
        BigDecimal jobs = BigDecimal.valueOf(usual.jobs());
        return usual.chanceAllowance(over)
                + percent.multiply(jobs)
                        .add(HUNDRED.multiply(BigDecimal.valueOf(usual.matching())))
                        .multiply(BigDecimal.valueOf(over))
                        .divide(HUNDRED.multiply(jobs), 0, RoundingMode.FLOOR)
                        .longValueExact();
    }

    private static BigDecimal percent(Proportion proportion) {
        return HUNDRED.multiply(BigDecimal.valueOf(proportion.matching()))
                .divide(BigDecimal.valueOf(proportion.jobs()), 1, RoundingMode.HALF_UP);
    }

    private Optional<Breach> latencyBreach(OutcomeWindow arm, Baseline baseline) {
        if (p95Ratio.isEmpty() || baseline.goodResults().size() < MIN_BASELINE_JOBS) {
            return Optional.empty();
        }
        int usual = baseline.p95Millis(MIN_BASELINE_JOBS);
        long limit =
                Math.max(
                        floor(p95Ratio.get().multiply(BigDecimal.valueOf(usual))),
                        NEVER_SLOW_MILLIS);
        int slow = arm.latencies().countAbove(limit);
        // Counts only calls above the baseline's own P95, so that the proportion is at most 5 % for
        // any ratio.
        Proportion baselineSlow = baseline.slowRate(Math.max(limit, usual), MIN_BASELINE_JOBS);
        BigDecimal percent = SLOW_PERCENT.add(percent(baselineSlow));
        return slow > maxJobs(SLOW_PERCENT, baselineSlow)
                ? Optional.of(
                        new Breach.LatencyBreach(slow, arm.size(), over, percent, limit, usual))
                : Optional.empty();
    }

    private Optional<Breach> costBreach(OutcomeWindow arm, OutcomeWindow baseline) {
        if (costRatio.isEmpty() || baseline.size() < MIN_BASELINE_JOBS) {
            return Optional.empty();
        }
        BigDecimal baselineCost = BigDecimal.valueOf(baseline.costNanoUsd());
        BigDecimal jobs = BigDecimal.valueOf(baseline.size());
        // Rounding down is exact: an integer exceeds a number if and only if it exceeds its floor.
        long limit =
                costRatio
                        .get()
                        .multiply(baselineCost)
                        .multiply(BigDecimal.valueOf(over))
                        .divide(jobs, 0, RoundingMode.FLOOR)
                        .min(LONG_MAX)
                        .longValueExact();
        return arm.costNanoUsd() > limit
                ? Optional.of(
                        new Breach.CostBreach(
                                arm.costNanoUsd(),
                                arm.size(),
                                over,
                                limit,
                                baseline.costNanoUsd() / baseline.size()))
                : Optional.empty();
    }

    private static long floor(BigDecimal number) {
        return number.setScale(0, RoundingMode.FLOOR).min(LONG_MAX).longValueExact();
    }
}
