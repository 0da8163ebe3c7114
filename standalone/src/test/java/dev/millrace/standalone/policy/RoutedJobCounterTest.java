package dev.millrace.standalone.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.standalone.policy.RoutedJobCounter.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RoutedJobCounterTest {
    private static final Duration MIN_DURATION = Duration.ofSeconds(5);
    private static final RoutedBy OLD = new RoutedBy("default", 5, "v7");
    private static final RoutedBy NEW = new RoutedBy("default", 5, "v8");

    /** Near overflow, where comparing ticker values without subtraction fails. */
    private final long start = Long.MAX_VALUE - 5;

    /** The last rule chooses the cheapest model. */
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

    private final RoutedJobCounter counter = new RoutedJobCounter("default", "v8", REMOVED, start);

    private long after(double seconds) {
        return start + (long) (seconds * 1e9);
    }

    private Verdict at(double seconds) {
        return counter.verdict(MIN_DURATION, after(seconds));
    }

    @Nested
    class WhenNoOtherVersionRoutesJobs {
        @Test
        void rollbackIsInForceAfterTheShortestTime() {
            counter.onJob(NEW, "good", after(1));

            assertThat(at(4.9)).isEqualTo(Verdict.OPEN);
            assertThat(at(5)).isEqualTo(Verdict.IN_FORCE);
            assertThat(counter.untilInForce()).isZero();
            assertThat(counter.routed()).isEqualTo(1);
        }
    }

    @Nested
    class WhenAnotherVersionStillRoutesJobs {
        @Test
        void rollbackIsInForceAfterThreeQuietSeconds() {
            counter.onJob(OLD, "bad", after(4));

            assertThat(at(6.9)).isEqualTo(Verdict.OPEN);
            assertThat(at(7)).isEqualTo(Verdict.IN_FORCE);
            assertThat(counter.untilInForce()).isEqualTo(Duration.ofSeconds(4));
            assertThat(counter.others()).isEqualTo(1);
        }

        @Test
        void rollbackIsNotInForceAfterTheTimeout() {
            for (var second = 1; second < 35; second++) {
                assertThat(at(second)).isEqualTo(Verdict.OPEN);
                counter.onJob(OLD, "bad", after(second));
            }

            assertThat(at(35)).isEqualTo(Verdict.NOT_IN_FORCE);
        }
    }

    @Nested
    class WhenTheNewVersionSendsJobsToARemovedModel {
        @Test
        void rollbackIsNotInForceAtOnce() {
            counter.onJob(NEW, "bad", after(1));

            assertThat(at(1)).isEqualTo(Verdict.NOT_IN_FORCE);
            assertThat(counter.routedToRemoved()).isEqualTo(1);
        }

        @Test
        void jobsOfARuleThatMayChooseTheModelAreCountedSeparately() {
            counter.onJob(new RoutedBy("default", 6, "v8"), "bad", after(1));

            assertThat(at(5)).isEqualTo(Verdict.IN_FORCE);
            assertThat(counter.routedToRemoved()).isZero();
            assertThat(counter.allowedToRemoved()).isEqualTo(1);
        }

        @Test
        void rollbackIsNotInForceWhenTheRuleDoesNotExist() {
            counter.onJob(new RoutedBy("default", 7, "v8"), "bad", after(1));

            assertThat(at(1)).isEqualTo(Verdict.NOT_IN_FORCE);
        }
    }

    @Nested
    class WhenAnotherPolicyRoutesJobs {
        @Test
        void itsJobsAreNotCounted() {
            counter.onJob(new RoutedBy("other", 1, "v7"), "bad", after(4.5));

            assertThat(at(5)).isEqualTo(Verdict.IN_FORCE);
            assertThat(counter.others()).isZero();
            assertThat(counter.routed()).isZero();
        }
    }
}
