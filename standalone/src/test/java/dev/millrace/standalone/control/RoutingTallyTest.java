package dev.millrace.standalone.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.standalone.control.RoutingTally.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RoutingTallyTest {
    private static final Duration LEAST = Duration.ofSeconds(5);
    private static final RoutedBy OLD = new RoutedBy("default", 5, "v7");
    private static final RoutedBy NEW = new RoutedBy("default", 5, "v8");

    /** Near overflow, as a ticker may be. */
    private final long start = Long.MAX_VALUE - 5;

    /** The last of its rules takes the cheapest of all. */
    private static final RemovedModels REMOVED =
            new RemovedModels(
                    List.of("bad"),
                    List.of(
                            Set.of("good"),
                            Set.of(),
                            Set.of(),
                            Set.of(),
                            Set.of("good"),
                            Set.of("good", "bad")));

    private final RoutingTally tally = new RoutingTally("default", "v8", REMOVED, start);

    private long after(double seconds) {
        return start + (long) (seconds * 1e9);
    }

    private Verdict at(double seconds) {
        return tally.verdict(LEAST, after(seconds));
    }

    @Nested
    class WhenNoJobOfAnotherVersionComes {
        @Test
        void isInForceAfterTheLeastTime() {
            tally.onJob(NEW, "good", after(1));

            assertThat(at(4.9)).isEqualTo(Verdict.OPEN);
            assertThat(at(5)).isEqualTo(Verdict.IN_FORCE);
            assertThat(tally.untilInForce()).isZero();
            assertThat(tally.routed()).isEqualTo(1);
        }
    }

    @Nested
    class WhenJobsOfAnotherVersionStillCome {
        @Test
        void waitsForThreeQuietSeconds() {
            tally.onJob(OLD, "bad", after(4));

            assertThat(at(6.9)).isEqualTo(Verdict.OPEN);
            assertThat(at(7)).isEqualTo(Verdict.IN_FORCE);
            assertThat(tally.untilInForce()).isEqualTo(Duration.ofSeconds(4));
            assertThat(tally.others()).isEqualTo(1);
        }

        @Test
        void isNotInForceWhenTheyNeverEnd() {
            for (var second = 1; second < 35; second++) {
                assertThat(at(second)).isEqualTo(Verdict.OPEN);
                tally.onJob(OLD, "bad", after(second));
            }

            assertThat(at(35)).isEqualTo(Verdict.NOT_IN_FORCE);
        }
    }

    @Nested
    class WhenTheNewVersionGivesJobsToARemovedModel {
        @Test
        void isNotInForceAtOnce() {
            tally.onJob(NEW, "bad", after(1));

            assertThat(at(1)).isEqualTo(Verdict.NOT_IN_FORCE);
            assertThat(tally.routedToRemoved()).isEqualTo(1);
        }

        @Test
        void isInForceAndCountsThemApartWhenTheRuleMayStillChooseIt() {
            tally.onJob(new RoutedBy("default", 6, "v8"), "bad", after(1));

            assertThat(at(5)).isEqualTo(Verdict.IN_FORCE);
            assertThat(tally.routedToRemoved()).isZero();
            assertThat(tally.allowedToRemoved()).isEqualTo(1);
        }

        @Test
        void isNotInForceWhenThereIsNoSuchRule() {
            tally.onJob(new RoutedBy("default", 7, "v8"), "bad", after(1));

            assertThat(at(1)).isEqualTo(Verdict.NOT_IN_FORCE);
        }
    }

    @Nested
    class WhenAnotherPolicyRoutesJobs {
        @Test
        void countsNoneOfThem() {
            tally.onJob(new RoutedBy("other", 1, "v7"), "bad", after(4.5));

            assertThat(at(5)).isEqualTo(Verdict.IN_FORCE);
            assertThat(tally.others()).isZero();
            assertThat(tally.routed()).isZero();
        }
    }
}
