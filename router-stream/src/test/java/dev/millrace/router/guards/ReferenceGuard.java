package dev.millrace.router.guards;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Reference implementation of a guard: keeps all outcomes and recomputes everything on each call.
 *
 * @param arm all outcomes of the arm, oldest first
 * @param others all outcomes of the other arms, oldest first
 * @param othersBefore for each job of the arm, number of other arms' jobs that ended earlier
 */
record ReferenceGuard(
        GuardRule rule, List<JobOutcome> arm, List<JobOutcome> others, List<Integer> othersBefore) {
    static ReferenceGuard of(GuardRule rule) {
        return new ReferenceGuard(rule, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    void addArmJob(JobOutcome outcome) {
        arm.add(outcome);
        othersBefore.add(others.size());
    }

    private static List<JobOutcome> last(int count, List<JobOutcome> all) {
        return all.subList(Math.max(0, all.size() - count), all.size());
    }

    boolean hasFullWindow() {
        return arm.size() >= rule.over();
    }

    /** Returns true if the last window, full or not, breaches a bound. */
    boolean breaches() {
        return breaches(last(rule.over(), arm));
    }

    /** Returns true if the last window would breach a bound after more outcomes. */
    boolean breachesCompletedWith(List<JobOutcome> more) {
        var all = new ArrayList<>(arm);
        all.addAll(more);
        return breaches(last(rule.over(), all));
    }

    int missing() {
        return Math.max(0, rule.over() - arm.size());
    }

    private boolean breaches(List<JobOutcome> window) {
        return tooManyErrors(window) || tooSlow(window) || tooExpensive(window);
    }

    /**
     * Compares with the other arms' last jobs, or with their jobs since the window's oldest,
     * whichever is worse.
     */
    private boolean tooManyErrors(List<JobOutcome> window) {
        int oldest = Math.max(0, arm.size() - rule.over());
        List<JobOutcome> sinceOldest =
                arm.isEmpty() ? List.of() : others.subList(othersBefore.get(oldest), others.size());
        List<JobOutcome> last = comparable(last(rule.baselineCapacity(), others));
        List<JobOutcome> since = comparable(sinceOldest);
        return tooManyErrors(window, proportion(last) >= proportion(since) ? last : since);
    }

    private List<JobOutcome> comparable(List<JobOutcome> outcomes) {
        return outcomes.size() >= Math.min(rule.over(), GuardRule.MIN_BASELINE_JOBS)
                ? outcomes
                : List.of();
    }

    private static double proportion(List<JobOutcome> outcomes) {
        return outcomes.isEmpty() ? 0 : (double) errors(outcomes) / outcomes.size();
    }

    private boolean tooManyErrors(List<JobOutcome> window, List<JobOutcome> compared) {
        long jobs = Math.max(1, compared.size());
        long othersErrors = errors(compared);
        // errors − chance > (percent ÷ 100 + others' errors ÷ jobs) × over, without a division
        BigDecimal has = number(100 * jobs * (errors(window) - chance(othersErrors, jobs)));
        return rule.errorPercent()
                .map(it -> it.multiply(number(jobs)).add(number(100 * othersErrors)))
                .filter(it -> has.compareTo(it.multiply(number(rule.over()))) > 0)
                .isPresent();
    }

    /** Returns three standard deviations of the matching jobs in a window. */
    private long chance(long matching, long jobs) {
        double proportion = (double) matching / jobs;
        return (long) Math.ceil(3 * Math.sqrt(rule.over() * proportion * (1 - proportion)));
    }

    private static long errors(List<JobOutcome> window) {
        return window.stream().filter(JobOutcome::isError).count();
    }

    private List<JobOutcome> othersGood() {
        List<JobOutcome> good = others.stream().filter(it -> !it.isError()).toList();
        return last(rule.baselineCapacity(), good);
    }

    /** Returns latencies of the other arms' good results since the group of the oldest job. */
    private List<Integer> latenciesSinceOldest() {
        int group = Math.ceilDiv(rule.over(), BaselineLatencies.GROUPS);
        int oldest = Math.max(0, arm.size() - rule.over()) / group * group;
        List<JobOutcome> sinceOldest =
                arm.isEmpty() ? List.of() : others.subList(othersBefore.get(oldest), others.size());
        List<Integer> times =
                sinceOldest.stream()
                        .filter(it -> !it.isError())
                        .map(it -> LatencyBuckets.rounded(it.upstreamMillis()))
                        .toList();
        return times.size() < GuardRule.MIN_BASELINE_JOBS ? List.of() : times;
    }

    /** Allows 5 % plus the proportion of the other arms' calls above the limit and their P95. */
    private boolean tooSlow(List<JobOutcome> window) {
        List<Integer> last = othersGood().stream().map(JobOutcome::upstreamMillis).toList();
        if (rule.p95Ratio().isEmpty() || last.size() < GuardRule.MIN_BASELINE_JOBS) {
            return false;
        }
        List<Integer> sinceOldest = latenciesSinceOldest();
        int baselineP95 = Math.max(p95(last), sinceOldest.isEmpty() ? 0 : p95(sinceOldest));
        BigDecimal limit =
                rule.p95Ratio()
                        .get()
                        .multiply(number(baselineP95))
                        .max(number(GuardRule.NEVER_SLOW_MILLIS));
        long slow = above(limit, window.stream().map(JobOutcome::upstreamMillis).toList());
        // (slow − chance) ÷ over > 5 % + others' slow ÷ jobs, without a division
        long jobs = Math.max(1, sinceOldest.size());
        long othersSlow = above(limit.max(number(baselineP95)), sinceOldest);
        return 100 * (slow - chance(othersSlow, jobs)) * jobs
                > (5 * jobs + 100 * othersSlow) * rule.over();
    }

    private static long above(BigDecimal limit, List<Integer> times) {
        return times.stream().filter(it -> number(it).compareTo(limit) > 0).count();
    }

    private static int p95(List<Integer> times) {
        List<Integer> sorted = times.stream().sorted().toList();
        int rank = (int) Math.ceil(sorted.size() * 95 / 100.0);
        return sorted.get(rank - 1);
    }

    private boolean tooExpensive(List<JobOutcome> window) {
        List<JobOutcome> compared = othersGood();
        if (rule.costRatio().isEmpty() || compared.size() < GuardRule.MIN_BASELINE_JOBS) {
            return false;
        }
        // Σ arm > ratio × (Σ others ÷ jobs) × over, without a division
        BigDecimal arms = sum(window).multiply(number(compared.size()));
        BigDecimal allowed =
                rule.costRatio().get().multiply(sum(compared)).multiply(number(rule.over()));
        return arms.compareTo(allowed) > 0;
    }

    private static BigDecimal sum(List<JobOutcome> outcomes) {
        return outcomes.stream()
                .map(it -> number(it.costNanoUsd()))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal number(long value) {
        return BigDecimal.valueOf(value);
    }
}
