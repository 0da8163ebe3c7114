package dev.millrace.router.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.policy.Arm;
import dev.millrace.contracts.policy.Guard;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Ramp;
import dev.millrace.contracts.policy.Ramp.StepCompletion;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.router.policy.ActivePolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Group;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TrafficSplitTest {
    private static final int JOBS = 20_000;

    /**
     * Five standard deviations of a share of {@link #JOBS} jobs; a larger deviation occurs once in
     * millions.
     */
    private static final double FIVE_SIGMA = 5 * Math.sqrt(0.25 / JOBS);

    private static JobId job(String batch, int number) {
        return JobId.of("acme", batch, "job-" + number);
    }

    private static Rule split(int weightOfOld, int weightOfNew) {
        return new Rule(
                Optional.empty(),
                List.of(),
                List.of(new Arm("old", weightOfOld), new Arm("new", weightOfNew)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Rule ramped(List<Double> steps) {
        return new Rule(
                Optional.empty(),
                List.of(),
                List.of(new Arm("old", 90), new Arm("older", 30), new Arm("new", 10)),
                Optional.empty(),
                Optional.empty(),
                Optional.of(
                        new Ramp(
                                "new",
                                steps,
                                new StepCompletion(OptionalInt.of(10), Optional.empty()))),
                Optional.of(
                        new Guard(
                                "new", Optional.of(5.0), Optional.empty(), Optional.empty(), 10)));
    }

    private static ActivePolicy live(Rule rule, Map<Integer, Double> shares, Set<String> tripped) {
        return new ActivePolicy("default", "v1", new Policy(List.of(rule)), shares, tripped);
    }

    private static String first(Rule rule, ActivePolicy live, JobId job) {
        return TrafficSplit.choose(rule, 1, live, job).getFirst();
    }

    @Group
    @Nested
    class WhenArmsHaveWeights {
        @Property(tries = 50)
        void sharesMatchTheWeightsWithinFiveSigma(
                @ForAll @IntRange(min = 0, max = 100) int weight, @ForAll @LongRange long seed) {
            Rule rule = split(100 - weight, weight);
            var live = live(rule, Map.of(), Set.of());

            long count =
                    IntStream.range(0, JOBS)
                            .filter(i -> first(rule, live, job("b" + seed, i)).equals("new"))
                            .count();

            assertThat((double) count / JOBS).isCloseTo(weight / 100.0, within(FIVE_SIGMA));
        }

        @Test
        void otherArmsWithAShareFollowTheChosenOne() {
            Rule rule = split(1, 1);

            assertThat(TrafficSplit.choose(rule, 1, live(rule, Map.of(), Set.of()), job("b", 1)))
                    .containsExactlyInAnyOrder("old", "new");
        }

        @Test
        void anArmWithoutWeightGetsNothing() {
            Rule rule = split(1, 0);

            assertThat(TrafficSplit.choose(rule, 1, live(rule, Map.of(), Set.of()), job("b", 1)))
                    .containsExactly("old");
        }
    }

    @Group
    @Nested
    class WhenAnArmIsRamped {
        private final Rule rule = ramped(List.of(1.0, 25.0, 60.0));

        private double share(String arm, Map<Integer, Double> shares) {
            var live = live(rule, shares, Set.of());
            return IntStream.range(0, JOBS)
                            .filter(i -> first(rule, live, job("b", i)).equals(arm))
                            .count()
                    / (double) JOBS;
        }

        @Test
        void firstStepIsItsInitialShare() {
            assertThat(share("new", Map.of())).isCloseTo(0.01, within(FIVE_SIGMA));
        }

        @Test
        void otherArmsDivideTheRestByWeight() {
            assertThat(share("old", Map.of(1, 60.0))).isCloseTo(0.3, within(FIVE_SIGMA));
            assertThat(share("older", Map.of(1, 60.0))).isCloseTo(0.1, within(FIVE_SIGMA));
        }

        @Property
        void growingShareKeepsItsJobs(
                @ForAll int number,
                @ForAll @IntRange(min = 1, max = 100) int share,
                @ForAll @IntRange(min = 1, max = 100) int other) {
            double smaller = Math.min(share, other);
            double larger = Math.max(share, other);
            var before = live(rule, Map.of(1, smaller), Set.of());
            var after = live(rule, Map.of(1, larger), Set.of());

            if (first(rule, before, job("b", number)).equals("new")) {
                assertThat(first(rule, after, job("b", number))).isEqualTo("new");
            }
        }
    }

    @Group
    @Nested
    class WhenAGuardHasTripped {
        @Property
        void trippedArmGetsNoJobs(@ForAll int number) {
            Rule rule = ramped(List.of(100.0));
            var live = live(rule, Map.of(1, 100.0), Set.of("new"));

            assertThat(TrafficSplit.choose(rule, 1, live, job("b", number))).doesNotContain("new");
        }

        @Test
        void ruleWithoutTheGuardKeepsTheArmsShare() {
            Rule rule = split(0, 1);

            assertThat(
                            TrafficSplit.choose(
                                    rule, 1, live(rule, Map.of(), Set.of("new")), job("b", 1)))
                    .containsExactly("new");
        }
    }

    @Nested
    class WhenTwoPoliciesSplitTheSameJobs {
        @Test
        void splitsAreIndependent() {
            long alike =
                    IntStream.range(0, JOBS)
                            .mapToObj(i -> job("b", i))
                            .filter(
                                    it ->
                                            TrafficSplit.position(it, "one") < 0.5
                                                    == TrafficSplit.position(it, "two") < 0.5)
                            .count();

            assertThat((double) alike / JOBS).isCloseTo(0.5, within(FIVE_SIGMA));
        }
    }
}
