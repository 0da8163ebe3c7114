package dev.millrace.router.guards;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class GuardRuleTest {
    private static final JobOutcome GOOD = new JobOutcome(false, 100, 1_000);
    private static final JobOutcome ERROR = new JobOutcome(true, 100, 0);
    private static final JobOutcome BEST = new JobOutcome(false, 0, 0);

    /** End of a job of the arm or of another arm. */
    record End(boolean isArmJob, JobOutcome outcome) {}

    @Provide
    Arbitrary<GuardRule> rules() {
        return Combinators.combine(
                        Arbitraries.bigDecimals()
                                .between(new BigDecimal("0.1"), new BigDecimal(100))
                                .ofScale(1)
                                .optional(),
                        ratios().optional(),
                        ratios().optional(),
                        Arbitraries.integers().between(1, 60))
                .as(GuardRule::new);
    }

    private static Arbitrary<BigDecimal> ratios() {
        return Arbitraries.bigDecimals()
                .between(new BigDecimal("0.5"), new BigDecimal("5"))
                .ofScale(2);
    }

    @Provide
    Arbitrary<List<End>> ends() {
        Arbitrary<JobOutcome> usual = outcomes(1, 50, 2_000);
        Arbitrary<JobOutcome> wrong = outcomes(4, 400, 20_000);
        return Arbitraries.of(usual, wrong)
                .flatMap(
                        arm ->
                                Arbitraries.oneOf(
                                                arm.map(it -> new End(true, it)),
                                                usual.map(it -> new End(false, it)))
                                        .list()
                                        .ofMaxSize(250));
    }

    private static Arbitrary<JobOutcome> outcomes(int errorsInTen, int millis, long nano) {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 10).map(it -> it <= errorsInTen),
                        Arbitraries.integers().between(0, millis),
                        Arbitraries.longs().between(0, nano))
                .as(JobOutcome::new);
    }

    /** Feeds the guard and the reference with equal outcomes. */
    private static final class Comparison {
        private final GuardRule rule;
        private final OutcomeWindow arm;
        private final Baseline baseline;
        private final ReferenceGuard reference;

        Comparison(GuardRule rule) {
            this.rule = rule;
            arm = rule.emptyWindow();
            baseline = rule.emptyBaseline();
            reference = ReferenceGuard.of(rule);
        }

        void add(End end) {
            if (end.isArmJob()) {
                arm.add(end.outcome());
                baseline.onArmJob();
                reference.addArmJob(end.outcome());
            } else {
                baseline.add(end.outcome());
                reference.others().add(end.outcome());
            }
        }

        boolean isBreached() {
            return rule.findBreach(arm, baseline).isPresent();
        }
    }

    @Property
    void tripsExactlyWhenTheReferenceDoes(
            @ForAll("rules") GuardRule rule, @ForAll("ends") List<End> ends) {
        var comparison = new Comparison(rule);
        for (End end : ends) {
            comparison.add(end);
            assertThat(comparison.isBreached()).isEqualTo(comparison.reference.breaches());
        }
    }

    @Property
    void tripIsInevitableWhateverFollows(
            @ForAll("rules") GuardRule rule,
            @ForAll("ends") List<End> ends,
            @ForAll("ends") List<End> later) {
        var comparison = new Comparison(rule);
        for (End end : ends) {
            comparison.add(end);
            if (comparison.isBreached()) {
                int missing = comparison.reference.missing();
                assertThat(comparison.reference.breachesCompletedWith(best(missing))).isTrue();
                assertThat(comparison.reference.breachesCompletedWith(any(missing, later)))
                        .isTrue();
                return;
            }
        }
    }

    private static List<JobOutcome> best(int count) {
        return Collections.nCopies(count, BEST);
    }

    private static List<JobOutcome> any(int count, List<End> from) {
        return IntStream.range(0, count)
                .mapToObj(i -> from.isEmpty() ? ERROR : from.get(i % from.size()).outcome())
                .toList();
    }

    @Property
    void fullWindowThatBreachesHasTripped(
            @ForAll("rules") GuardRule rule, @ForAll("ends") List<End> ends) {
        var comparison = new Comparison(rule);
        boolean tripped = false;
        for (End end : ends) {
            comparison.add(end);
            tripped |= comparison.isBreached();
            if (comparison.reference.hasFullWindow() && comparison.reference.breaches()) {
                assertThat(tripped).isTrue();
            }
        }
    }

    @Nested
    class WhenAnArmFailsEveryJob {
        @Test
        void tripsAtTheFirstErrorAboveTheLimitBeforeTheWindowIsFull() {
            var rule = guard("5", null, null, 200);
            OutcomeWindow arm = rule.emptyWindow();
            for (int i = 0; i < 10; i++) {
                arm.add(ERROR);
                assertThat(rule.findBreach(arm, rule.emptyBaseline())).isEmpty();
            }
            arm.add(ERROR);

            assertThat(rule.findBreach(arm, rule.emptyBaseline()))
                    .map(Breach::reason)
                    .contains(
                            "11 errors in the last 11 jobs; the limit for 200 jobs is"
                                    + " 5 percentage points above the other arms' 0 %");
        }

        @Test
        void errorsThatLeftTheWindowDoNotCount() {
            var rule = guard("5", null, null, 20);
            OutcomeWindow arm = rule.emptyWindow();
            arm.add(ERROR);
            IntStream.range(0, 20).forEach(_ -> arm.add(GOOD));
            arm.add(ERROR);

            assertThat(rule.findBreach(arm, rule.emptyBaseline())).isEmpty();
        }
    }

    @Nested
    class WhenOtherArmsFailToo {
        private final GuardRule rule = guard("5", null, null, 200);
        private final Baseline baseline = baseline(rule, 90, GOOD);

        WhenOtherArmsFailToo() {
            IntStream.range(0, 10).forEach(_ -> baseline.add(ERROR));
        }

        @Test
        void limitIncludesTheBaselineAndAnAllowanceForChance() {
            // 5 % and 10 % of 200, and 3 × √(200 × 0.1 × 0.9), rounded up.
            OutcomeWindow arm = filled(rule.emptyWindow(), 30 + 13, ERROR);
            assertThat(rule.findBreach(arm, baseline)).isEmpty();
            arm.add(ERROR);

            assertThat(rule.findBreach(arm, baseline))
                    .map(Breach::reason)
                    .contains(
                            "44 errors in the last 44 jobs; the limit for 200 jobs is"
                                    + " 5 percentage points above the other arms' 10 %");
        }

        @Test
        void failureOfAllArmsDoesNotTripTheGuard() {
            Baseline failing = baseline(rule, 200, ERROR);

            assertThat(rule.findBreach(filled(rule.emptyWindow(), 200, ERROR), failing)).isEmpty();
        }

        @Test
        void tooFewBaselineJobsAreIgnored() {
            Baseline few = baseline(rule, 19, ERROR);

            assertThat(rule.findBreach(filled(rule.emptyWindow(), 11, ERROR), few)).isPresent();
        }

        @Test
        void smallWindowNeedsOnlyAsManyBaselineJobs() {
            var small = guard("5", null, null, 3);

            assertThat(
                            small.findBreach(
                                    filled(small.emptyWindow(), 3, ERROR),
                                    baseline(small, 2, ERROR)))
                    .isPresent();
            assertThat(
                            small.findBreach(
                                    filled(small.emptyWindow(), 3, ERROR),
                                    baseline(small, 3, ERROR)))
                    .isEmpty();
        }
    }

    @Nested
    class WhenABoundIsHuge {
        @Test
        void hugeP95RatioNeverTrips() {
            var rule = guard(null, "1e20", null, 20);
            Baseline baseline = baseline(rule, 20, new JobOutcome(false, 128, 1));
            OutcomeWindow arm = filled(rule.emptyWindow(), 20, new JobOutcome(false, 130, 1));

            assertThat(rule.findBreach(arm, baseline)).isEmpty();
        }
    }

    @Nested
    class WhenAnArmIsSlow {
        private final GuardRule rule = guard(null, "2.0", null, 100);

        @Test
        void tripsWhenMoreThanFivePercentOfTheWindowAreSlow() {
            Baseline baseline = baseline(rule, 20, GOOD);
            OutcomeWindow arm = filled(rule.emptyWindow(), 5, new JobOutcome(false, 201, 0));
            assertThat(rule.findBreach(arm, baseline)).isEmpty();
            arm.add(new JobOutcome(false, 201, 0));

            assertThat(rule.findBreach(arm, baseline))
                    .map(Breach::reason)
                    .contains(
                            "6 of the last 6 jobs took more than 200 ms; the limit is 5 % of 100"
                                    + " jobs. The other arms' P95 is 100 ms");
        }

        @Test
        void tooFewBaselineJobsAreNotCompared() {
            Baseline baseline = baseline(rule, 19, GOOD);
            OutcomeWindow arm = filled(rule.emptyWindow(), 50, new JobOutcome(false, 5_000, 0));

            assertThat(rule.findBreach(arm, baseline)).isEmpty();
        }

        @Test
        void callsOfAFewMillisecondsAreNeverSlow() {
            Baseline baseline = baseline(rule, 20, BEST);
            OutcomeWindow arm = filled(rule.emptyWindow(), 50, new JobOutcome(false, 10, 0));

            assertThat(rule.findBreach(arm, baseline)).isEmpty();
        }
    }

    @Nested
    class WhenAnArmIsExpensive {
        @Test
        void tripsWhenItsJobsCostMoreThanAFullWindowMay() {
            var rule = guard(null, null, "3.0", 10);
            Baseline baseline = baseline(rule, 20, GOOD);
            OutcomeWindow arm = filled(rule.emptyWindow(), 3, new JobOutcome(false, 100, 10_000));
            assertThat(rule.findBreach(arm, baseline)).isEmpty();
            arm.add(new JobOutcome(false, 100, 1));

            assertThat(rule.findBreach(arm, baseline))
                    .map(Breach::reason)
                    .contains(
                            "the last 4 jobs cost 0.000030001 USD; the limit for 10 jobs is"
                                    + " 0.00003 USD. A job of the other arms costs 0.000001 USD"
                                    + " on average");
        }
    }

    private static GuardRule guard(
            @Nullable String errors, @Nullable String p95, @Nullable String cost, int over) {
        return new GuardRule(
                Optional.ofNullable(errors).map(BigDecimal::new),
                Optional.ofNullable(p95).map(BigDecimal::new),
                Optional.ofNullable(cost).map(BigDecimal::new),
                over);
    }

    private static Baseline baseline(GuardRule rule, int count, JobOutcome outcome) {
        Baseline baseline = rule.emptyBaseline();
        IntStream.range(0, count).forEach(_ -> baseline.add(outcome));
        return baseline;
    }

    private static OutcomeWindow filled(OutcomeWindow window, int count, JobOutcome outcome) {
        IntStream.range(0, count).forEach(_ -> window.add(outcome));
        return window;
    }
}
