package dev.millrace.router.watch.guard;

import dev.millrace.contracts.policy.Guard;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * What an arm may do before its share is taken away, over a sliding window of its last jobs.
 *
 * <p>It is breached as soon as no completion of the window could avoid it: what a window that is
 * not full has too much of, it will still have too much of when it is. So a broken arm costs a few
 * jobs, not a window of them.
 *
 * <p>It compares the arm with the others of its rule, by what these have had last, and for errors
 * and times also by what they have had since its oldest job: what fails or is slow everywhere is
 * not the arm's fault.
 *
 * @param errorPercent of errors that is still allowed, in percentage points above the others
 * @param p95Ratio how much longer 95 % of the calls may take than those of the others
 * @param costRatio how much more a job may cost than one of the others
 * @param over size of the window, 1 to {@value ArmWindow#MOST}
 */
public record GuardRule(
        Optional<BigDecimal> errorPercent,
        Optional<BigDecimal> p95Ratio,
        Optional<BigDecimal> costRatio,
        int over) {
    /**
     * Fewer jobs of the others say nothing about what is usual; for errors, no more than {@code
     * over} are asked for.
     */
    static final int OTHERS_LEAST = 20;

    /** A 95th percentile is above a limit when more than one in so many is. */
    static final int SLOW_ONE_IN = 20;

    /** Calls up to this are never slow: so little is noise of clocks and schedulers. */
    static final int UNNOTICED_MILLIS = 10;

    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
    private static final BigDecimal SLOW_PERCENT = BigDecimal.valueOf(100 / SLOW_ONE_IN);
    private static final BigDecimal MOST_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

    public static GuardRule of(Guard guard) {
        return new GuardRule(
                guard.errorRate().map(BigDecimal::valueOf),
                guard.p95Ratio().map(BigDecimal::valueOf),
                guard.costRatio().map(BigDecimal::valueOf),
                guard.over());
    }

    /** An empty window for the arm. */
    ArmWindow armWindow() {
        return new ArmWindow(over);
    }

    /** Empty windows for all other arms of the rule. */
    OtherArms otherArms() {
        return OtherArms.read(this, null, null, null, null);
    }

    /** As many as the arm's, and enough to compare with. */
    int othersCapacity() {
        return Math.max(over, OTHERS_LEAST);
    }

    /**
     * Whether the arm has done too much of anything.
     *
     * @param arm its last jobs
     * @param others those of all others
     */
    Optional<Breach> judge(ArmWindow arm, OtherArms others) {
        return errors(arm, others).or(() -> slow(arm, others)).or(() -> dear(arm, others.good()));
    }

    private Optional<Breach> errors(ArmWindow arm, OtherArms others) {
        JobShare usual = others.errorShare(Math.min(over, OTHERS_LEAST));
        return errorPercent
                .filter(percent -> arm.errors() > most(percent, usual))
                .map(
                        percent ->
                                new Breach.Errors(
                                        arm.errors(), arm.size(), over, percent, percent(usual)));
    }

    /**
     * How many a whole window may have: so many percent, what the others have, and what chance may
     * add to that.
     */
    private long most(BigDecimal percent, JobShare usual) {
        BigDecimal jobs = BigDecimal.valueOf(usual.jobs());
        return usual.chanceOf(over)
                + percent.multiply(jobs)
                        .add(HUNDRED.multiply(BigDecimal.valueOf(usual.some())))
                        .multiply(BigDecimal.valueOf(over))
                        .divide(HUNDRED.multiply(jobs), 0, RoundingMode.FLOOR)
                        .longValueExact();
    }

    private static BigDecimal percent(JobShare share) {
        return HUNDRED.multiply(BigDecimal.valueOf(share.some()))
                .divide(BigDecimal.valueOf(share.jobs()), 1, RoundingMode.HALF_UP);
    }

    private Optional<Breach> slow(ArmWindow arm, OtherArms others) {
        if (p95Ratio.isEmpty() || others.good().size() < OTHERS_LEAST) {
            return Optional.empty();
        }
        int usual = others.p95Millis(OTHERS_LEAST);
        long limit =
                Math.max(
                        floor(p95Ratio.get().multiply(BigDecimal.valueOf(usual))),
                        UNNOTICED_MILLIS);
        int slow = arm.times().countAbove(limit);
        // Above their own P95, so that it is 5 % at most, whatever the ratio.
        JobShare alsoSlow = others.slowShare(Math.max(limit, usual), OTHERS_LEAST);
        BigDecimal percent = SLOW_PERCENT.add(percent(alsoSlow));
        return slow > most(SLOW_PERCENT, alsoSlow)
                ? Optional.of(new Breach.Slow(slow, arm.size(), over, percent, limit, usual))
                : Optional.empty();
    }

    private Optional<Breach> dear(ArmWindow arm, ArmWindow others) {
        if (costRatio.isEmpty() || others.size() < OTHERS_LEAST) {
            return Optional.empty();
        }
        BigDecimal allOthers = BigDecimal.valueOf(others.costNanoUsd());
        BigDecimal jobs = BigDecimal.valueOf(others.size());
        // An integer is above a number when it is above its floor: nothing is lost by rounding.
        long limit =
                costRatio
                        .get()
                        .multiply(allOthers)
                        .multiply(BigDecimal.valueOf(over))
                        .divide(jobs, 0, RoundingMode.FLOOR)
                        .min(MOST_LONG)
                        .longValueExact();
        return arm.costNanoUsd() > limit
                ? Optional.of(
                        new Breach.Dear(
                                arm.costNanoUsd(),
                                arm.size(),
                                over,
                                limit,
                                others.costNanoUsd() / others.size()))
                : Optional.empty();
    }

    private static long floor(BigDecimal number) {
        return number.setScale(0, RoundingMode.FLOOR).min(MOST_LONG).longValueExact();
    }
}
