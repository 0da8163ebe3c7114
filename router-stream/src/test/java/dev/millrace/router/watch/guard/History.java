package dev.millrace.router.watch.guard;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * A guard that keeps everything and computes anew each time: slow, and plainly what is promised.
 *
 * @param rule with the limits
 * @param arm all outcomes of the arm, from the first on
 * @param others all outcomes of the others
 * @param othersBefore how many of the others had ended before each of the arm
 */
record History(
        GuardRule rule, List<Outcome> arm, List<Outcome> others, List<Integer> othersBefore) {
    static History of(GuardRule rule) {
        return new History(rule, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    void addOfArm(Outcome outcome) {
        arm.add(outcome);
        othersBefore.add(others.size());
    }

    private static List<Outcome> last(int count, List<Outcome> all) {
        return all.subList(Math.max(0, all.size() - count), all.size());
    }

    boolean hasFullWindow() {
        return arm.size() >= rule.over();
    }

    /** Whether the last window, full or not, has too much of anything. */
    boolean breaches() {
        return breaches(last(rule.over(), arm));
    }

    /** Whether the last window would, completed with these. */
    boolean breachesCompletedWith(List<Outcome> more) {
        var all = new ArrayList<>(arm);
        all.addAll(more);
        return breaches(last(rule.over(), all));
    }

    int missing() {
        return Math.max(0, rule.over() - arm.size());
    }

    private boolean breaches(List<Outcome> window) {
        return tooManyErrors(window) || tooSlow(window) || tooDear(window);
    }

    /** Against what the others had last, or since the oldest of the window: whichever is worse. */
    private boolean tooManyErrors(List<Outcome> window) {
        int oldest = Math.max(0, arm.size() - rule.over());
        List<Outcome> meanwhile =
                arm.isEmpty() ? List.of() : others.subList(othersBefore.get(oldest), others.size());
        List<Outcome> last = comparable(last(rule.othersCapacity(), others));
        List<Outcome> since = comparable(meanwhile);
        return tooManyErrors(window, share(last) >= share(since) ? last : since);
    }

    private List<Outcome> comparable(List<Outcome> some) {
        return some.size() >= Math.min(rule.over(), GuardRule.OTHERS_LEAST) ? some : List.of();
    }

    private static double share(List<Outcome> some) {
        return some.isEmpty() ? 0 : (double) errors(some) / some.size();
    }

    private boolean tooManyErrors(List<Outcome> window, List<Outcome> compared) {
        long jobs = Math.max(1, compared.size());
        long othersErrors = errors(compared);
        // errors − chance > (percent ÷ 100 + others' errors ÷ jobs) × over, without a division
        BigDecimal has = number(100 * jobs * (errors(window) - chance(othersErrors, jobs)));
        return rule.errorPercent()
                .map(it -> it.multiply(number(jobs)).add(number(100 * othersErrors)))
                .filter(it -> has.compareTo(it.multiply(number(rule.over()))) > 0)
                .isPresent();
    }

    /** Three standard deviations of what a window has at that share. */
    private long chance(long some, long jobs) {
        double share = (double) some / jobs;
        return (long) Math.ceil(3 * Math.sqrt(rule.over() * share * (1 - share)));
    }

    private static long errors(List<Outcome> window) {
        return window.stream().filter(Outcome::isError).count();
    }

    private List<Outcome> othersGood() {
        List<Outcome> good = others.stream().filter(it -> !it.isError()).toList();
        return last(rule.othersCapacity(), good);
    }

    /** What the others' good results took since the oldest of the window, or a bit earlier. */
    private List<Integer> timesMeanwhile() {
        int group = Math.ceilDiv(rule.over(), MeanwhileTimes.GROUPS);
        int oldest = Math.max(0, arm.size() - rule.over()) / group * group;
        List<Outcome> meanwhile =
                arm.isEmpty() ? List.of() : others.subList(othersBefore.get(oldest), others.size());
        List<Integer> times =
                meanwhile.stream()
                        .filter(it -> !it.isError())
                        .map(it -> TimeCounts.rounded(it.upstreamMillis()))
                        .toList();
        return times.size() < GuardRule.OTHERS_LEAST ? List.of() : times;
    }

    /** More than 5 % above what share of the others' is above their own P95, too. */
    private boolean tooSlow(List<Outcome> window) {
        List<Integer> last = othersGood().stream().map(Outcome::upstreamMillis).toList();
        if (rule.p95Ratio().isEmpty() || last.size() < GuardRule.OTHERS_LEAST) {
            return false;
        }
        List<Integer> meanwhile = timesMeanwhile();
        int usual = Math.max(p95(last), meanwhile.isEmpty() ? 0 : p95(meanwhile));
        BigDecimal limit =
                rule.p95Ratio()
                        .get()
                        .multiply(number(usual))
                        .max(number(GuardRule.UNNOTICED_MILLIS));
        long slow = above(limit, window.stream().map(Outcome::upstreamMillis).toList());
        // (slow − chance) ÷ over > 5 % + others' slow ÷ jobs, without a division
        long jobs = Math.max(1, meanwhile.size());
        long alsoSlow = above(limit.max(number(usual)), meanwhile);
        return 100 * (slow - chance(alsoSlow, jobs)) * jobs
                > (5 * jobs + 100 * alsoSlow) * rule.over();
    }

    private static long above(BigDecimal limit, List<Integer> times) {
        return times.stream().filter(it -> number(it).compareTo(limit) > 0).count();
    }

    private static int p95(List<Integer> times) {
        List<Integer> sorted = times.stream().sorted().toList();
        int rank = (int) Math.ceil(sorted.size() * 95 / 100.0);
        return sorted.get(rank - 1);
    }

    private boolean tooDear(List<Outcome> window) {
        List<Outcome> compared = othersGood();
        if (rule.costRatio().isEmpty() || compared.size() < GuardRule.OTHERS_LEAST) {
            return false;
        }
        // Σ arm > ratio × (Σ others ÷ jobs) × over, without a division
        BigDecimal arms = sum(window).multiply(number(compared.size()));
        BigDecimal allowed =
                rule.costRatio().get().multiply(sum(compared)).multiply(number(rule.over()));
        return arms.compareTo(allowed) > 0;
    }

    private static BigDecimal sum(List<Outcome> outcomes) {
        return outcomes.stream()
                .map(it -> number(it.costNanoUsd()))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal number(long value) {
        return BigDecimal.valueOf(value);
    }
}
