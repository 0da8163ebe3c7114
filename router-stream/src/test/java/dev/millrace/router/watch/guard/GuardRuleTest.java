package dev.millrace.router.watch.guard;

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
    private static final Outcome GOOD = new Outcome(false, 100, 1_000);
    private static final Outcome ERROR = new Outcome(true, 100, 0);
    private static final Outcome BEST = new Outcome(false, 0, 0);

    /** What ends at one of the arms of a rule. */
    record End(boolean ofArm, Outcome outcome) {}

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
        Arbitrary<Outcome> usual = outcomes(1, 50, 2_000);
        Arbitrary<Outcome> wrong = outcomes(4, 400, 20_000);
        return Arbitraries.of(usual, wrong)
                .flatMap(
                        ofArm ->
                                Arbitraries.oneOf(
                                                ofArm.map(it -> new End(true, it)),
                                                usual.map(it -> new End(false, it)))
                                        .list()
                                        .ofMaxSize(250));
    }

    private static Arbitrary<Outcome> outcomes(int errorsInTen, int millis, long nano) {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 10).map(it -> it <= errorsInTen),
                        Arbitraries.integers().between(0, millis),
                        Arbitraries.longs().between(0, nano))
                .as(Outcome::new);
    }

    /** What is the same at every moment of any stream. */
    private static final class Watched {
        private final GuardRule rule;
        private final ArmWindow arm;
        private final OtherArms others;
        private final History history;

        Watched(GuardRule rule) {
            this.rule = rule;
            arm = rule.armWindow();
            others = rule.otherArms();
            history = History.of(rule);
        }

        void add(End end) {
            if (end.ofArm()) {
                arm.add(end.outcome());
                others.onArm();
                history.addOfArm(end.outcome());
            } else {
                others.add(end.outcome());
                history.others().add(end.outcome());
            }
        }

        boolean isBreached() {
            return rule.judge(arm, others).isPresent();
        }
    }

    @Property
    void itTripsExactlyWhenTheLastWindowHasTooMuch(
            @ForAll("rules") GuardRule rule, @ForAll("ends") List<End> ends) {
        var watched = new Watched(rule);
        for (End end : ends) {
            watched.add(end);
            assertThat(watched.isBreached()).isEqualTo(watched.history.breaches());
        }
    }

    @Property
    void whateverFollowsATripTheWindowBreachesWhenItIsFull(
            @ForAll("rules") GuardRule rule,
            @ForAll("ends") List<End> ends,
            @ForAll("ends") List<End> later) {
        var watched = new Watched(rule);
        for (End end : ends) {
            watched.add(end);
            if (watched.isBreached()) {
                int missing = watched.history.missing();
                assertThat(watched.history.breachesCompletedWith(best(missing))).isTrue();
                assertThat(watched.history.breachesCompletedWith(any(missing, later))).isTrue();
                return;
            }
        }
    }

    private static List<Outcome> best(int count) {
        return Collections.nCopies(count, BEST);
    }

    private static List<Outcome> any(int count, List<End> from) {
        return IntStream.range(0, count)
                .mapToObj(i -> from.isEmpty() ? ERROR : from.get(i % from.size()).outcome())
                .toList();
    }

    @Property
    void aFullWindowThatBreachesHasTrippedAtTheLatestWithItsLastOutcome(
            @ForAll("rules") GuardRule rule, @ForAll("ends") List<End> ends) {
        var watched = new Watched(rule);
        boolean tripped = false;
        for (End end : ends) {
            watched.add(end);
            tripped |= watched.isBreached();
            if (watched.history.hasFullWindow() && watched.history.breaches()) {
                assertThat(tripped).isTrue();
            }
        }
    }

    @Nested
    class WhenAnArmAnswersNothing {
        @Test
        void itTripsWithTheFirstErrorThatIsTooMuchLongBeforeTheWindowIsFull() {
            var rule = guard("5", null, null, 200);
            ArmWindow arm = rule.armWindow();
            for (int i = 0; i < 10; i++) {
                arm.add(ERROR);
                assertThat(rule.judge(arm, rule.otherArms())).isEmpty();
            }
            arm.add(ERROR);

            assertThat(rule.judge(arm, rule.otherArms()))
                    .map(Breach::reason)
                    .contains(
                            "11 errors in the last 11 jobs, more than 5 % of 200 above the"
                                    + " others' 0 %");
        }

        @Test
        void errorsThatLeftTheWindowAreForgiven() {
            var rule = guard("5", null, null, 20);
            ArmWindow arm = rule.armWindow();
            arm.add(ERROR);
            IntStream.range(0, 20).forEach(_ -> arm.add(GOOD));
            arm.add(ERROR);

            assertThat(rule.judge(arm, rule.otherArms())).isEmpty();
        }
    }

    @Nested
    class WhenTheOthersFailToo {
        private final GuardRule rule = guard("5", null, null, 200);
        private final OtherArms others = others(rule, 90, GOOD);

        WhenTheOthersFailToo() {
            IntStream.range(0, 10).forEach(_ -> others.add(ERROR));
        }

        @Test
        void theArmMayHaveAsManyMoreAsTheyHaveAndAsChanceMayAdd() {
            // 5 % and 10 % of 200, and 3 × √(200 × 0.1 × 0.9), rounded up.
            ArmWindow arm = filled(rule.armWindow(), 30 + 13, ERROR);
            assertThat(rule.judge(arm, others)).isEmpty();
            arm.add(ERROR);

            assertThat(rule.judge(arm, others))
                    .map(Breach::reason)
                    .contains(
                            "44 errors in the last 44 jobs, more than 5 % of 200 above the others'"
                                    + " 10 %");
        }

        @Test
        void whatFailsEverywhereTripsNothing() {
            OtherArms failing = others(rule, 200, ERROR);

            assertThat(rule.judge(filled(rule.armWindow(), 200, ERROR), failing)).isEmpty();
        }

        @Test
        void aFewJobsOfTheirsAreNoExcuse() {
            OtherArms few = others(rule, 19, ERROR);

            assertThat(rule.judge(filled(rule.armWindow(), 11, ERROR), few)).isPresent();
        }

        @Test
        void forASmallWindowAsManyJobsAreEnough() {
            var small = guard("5", null, null, 3);

            assertThat(small.judge(filled(small.armWindow(), 3, ERROR), others(small, 2, ERROR)))
                    .isPresent();
            assertThat(small.judge(filled(small.armWindow(), 3, ERROR), others(small, 3, ERROR)))
                    .isEmpty();
        }
    }

    @Nested
    class WhenABoundIsMeantToHoldNothing {
        @Test
        void aP95RatioBeyondAllNumbersNeverTrips() {
            var rule = guard(null, "1e20", null, 20);
            OtherArms others = others(rule, 20, new Outcome(false, 128, 1));
            ArmWindow arm = filled(rule.armWindow(), 20, new Outcome(false, 130, 1));

            assertThat(rule.judge(arm, others)).isEmpty();
        }
    }

    @Nested
    class WhenAnArmIsSlow {
        private final GuardRule rule = guard(null, "2.0", null, 100);

        @Test
        void itTripsWhenMoreThanOneCallInTwentyOfTheWindowIs() {
            OtherArms others = others(rule, 20, GOOD);
            ArmWindow arm = filled(rule.armWindow(), 5, new Outcome(false, 201, 0));
            assertThat(rule.judge(arm, others)).isEmpty();
            arm.add(new Outcome(false, 201, 0));

            assertThat(rule.judge(arm, others))
                    .map(Breach::reason)
                    .contains(
                            "6 of the last 6 jobs took more than 200 ms, more than 5 % of 100;"
                                    + " the P95 of the others is 100 ms");
        }

        @Test
        void nothingIsComparedWithAFewJobsOfTheOthers() {
            OtherArms others = others(rule, 19, GOOD);
            ArmWindow arm = filled(rule.armWindow(), 50, new Outcome(false, 5_000, 0));

            assertThat(rule.judge(arm, others)).isEmpty();
        }

        @Test
        void aFewMillisecondsAreNeverSlow() {
            OtherArms others = others(rule, 20, BEST);
            ArmWindow arm = filled(rule.armWindow(), 50, new Outcome(false, 10, 0));

            assertThat(rule.judge(arm, others)).isEmpty();
        }
    }

    @Nested
    class WhenAnArmIsDear {
        @Test
        void itTripsWhenItHasSpentWhatAWholeWindowMay() {
            var rule = guard(null, null, "3.0", 10);
            OtherArms others = others(rule, 20, GOOD);
            ArmWindow arm = filled(rule.armWindow(), 3, new Outcome(false, 100, 10_000));
            assertThat(rule.judge(arm, others)).isEmpty();
            arm.add(new Outcome(false, 100, 1));

            assertThat(rule.judge(arm, others))
                    .map(Breach::reason)
                    .contains(
                            "the last 4 jobs cost 0.000030001 USD, more than the 0.00003 that 10"
                                    + " may cost; one of the others costs 0.000001");
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

    private static OtherArms others(GuardRule rule, int count, Outcome outcome) {
        OtherArms others = rule.otherArms();
        IntStream.range(0, count).forEach(_ -> others.add(outcome));
        return others;
    }

    private static ArmWindow filled(ArmWindow window, int count, Outcome outcome) {
        IntStream.range(0, count).forEach(_ -> window.add(outcome));
        return window;
    }
}
