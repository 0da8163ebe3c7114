package dev.millrace.router.guards;

import static dev.millrace.router.guards.CanaryDriver.guard;
import static dev.millrace.router.guards.CanaryDriver.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanaryMonitorStepTest {
    private static final String V1 = "p/1@v1";
    private static final Duration TICK = CanaryMonitorStep.TICK;
    private static final Duration CLEARING_GRACE = Duration.ofSeconds(10);
    private static final int ENOUGH_BASELINE_JOBS = 20;

    private final CanaryDriver driver = new CanaryDriver();

    @AfterEach
    void close() {
        driver.close();
    }

    private static Instant after(Duration time) {
        return CanaryDriver.START.plus(time);
    }

    @Nested
    class WhenAnArmFails {
        @Test
        void oneRecordReportsTheNumbers() {
            driver.applied(1, rule(null, guard())).start();

            driver.good(V1, "new", 3);
            driver.failed(V1, "new", 2);
            assertThat(driver.published()).isEmpty();
            driver.failed(V1, "new", 1);

            assertThat(driver.published()).containsExactly("guard/p/new");
            assertThat(driver.trip())
                    .satisfies(
                            trip -> {
                                assertThat(trip.reason())
                                        .isEqualTo(
                                                "3 errors in the last 6 jobs; the limit for 20"
                                                        + " jobs is 10 percentage points above"
                                                        + " the other arms' 0 %");
                                assertThat(trip.jobs()).isEqualTo(6);
                                assertThat(trip.errors()).isEqualTo(3);
                                assertThat(trip.costUsd()).isEqualByComparingTo("0.006");
                                assertThat(trip.version()).isEqualTo("v1");
                                assertThat(trip.rule()).isOne();
                                assertThat(trip.isInForce()).isTrue();
                            });
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void guardTripsOnceEvenBeforeControlShowsTheTrip(boolean isFollowing) {
            driver.isFollowing = isFollowing;
            driver.applied(1, rule(null, guard())).start();

            driver.failed(V1, "new", 50);
            driver.advance(TICK);

            assertThat(driver.published()).containsExactly("guard/p/new");
        }

        @Test
        void metricsShowTheTrip() {
            driver.applied(1, rule(null, guard())).start();
            driver.advance(TICK);
            assertThat(driver.meter("millrace.router.guard.tripped")).isZero();

            driver.failed(V1, "new", 3);

            assertThat(driver.meter("millrace.router.guard.tripped")).isOne();
            assertThat(driver.meter("millrace.router.guard.trips")).isOne();
        }

        @Test
        void ruleOfTheConfigurationIsMonitoredToo() {
            driver.configured("p", rule(null, guard())).start();
            var policy = new Policy(List.of(rule(null, guard())));

            driver.failed(new RoutedBy("p", 1, RoutedBy.version(policy)).text(), "new", 3);

            assertThat(driver.published()).containsExactly("guard/p/new");
        }

        @Test
        void guardOfTheSameArmInAnotherRuleDoesNotTripAgain() {
            driver.isFollowing = false;
            driver.applied(1, rule(null, guard()), rule(null, guard())).start();

            driver.failed("p/2@v1", "new", 2);
            driver.failed(V1, "new", 3);
            driver.failed("p/2@v1", "new", 1);

            assertThat(driver.published()).containsExactly("guard/p/new");
        }
    }

    @Nested
    class WhenAnArmIsSlow {
        @Test
        void slowArmTripsAgainstTheBaseline() {
            driver.applied(1, rule(null, guard())).start();
            driver.end(V1, "new", "new", null, 201, 5);
            assertThat(driver.published()).isEmpty();

            driver.good(V1, "old", ENOUGH_BASELINE_JOBS);

            assertThat(driver.published()).containsExactly("guard/p/new");
            assertThat(driver.trip().reason()).contains("The other arms' P95 is 100 ms");
        }
    }

    @Nested
    class WhenOutcomesAreIrrelevant {
        @Test
        void cancelledJobsDoNotCount() {
            driver.applied(1, rule(null, guard())).start();

            driver.end(V1, "new", "new", "cancelled", 100, 50);

            assertThat(driver.published()).isEmpty();
            assertThat(driver.storedKeys()).noneMatch(it -> it.startsWith("arm:"));
        }

        @Test
        void errorsOfOtherArmsDoNotTripTheGuard() {
            driver.applied(1, rule(null, guard())).start();

            driver.failed(V1, "old", 50);

            assertThat(driver.published()).isEmpty();
        }

        @Test
        void jobsThatEndedWithoutACallDoNotCount() {
            driver.applied(1, rule(null, guard())).start();

            driver.endedWithoutCall(V1, "new", "deadline_exceeded", 50);
            driver.endedWithoutCall(V1, "old", "deadline_exceeded", 50);
            driver.failed(V1, "new", 3);

            assertThat(driver.published()).containsExactly("guard/p/new");
            assertThat(driver.trip().jobs()).isEqualTo(3);
        }

        @Test
        void outcomeInAnUnknownFormatIsSkipped() {
            driver.applied(1, rule(null, guard())).start();

            driver.pipeOutcome(V1, new byte[] {9, 1, 1});
            driver.failed(V1, "new", 3);

            assertThat(driver.published()).containsExactly("guard/p/new");
        }

        @Test
        void jobsOfOtherVersionsAndRulesDoNotCount() {
            driver.applied(1, rule(null, guard())).applied(2, rule(null, guard())).start();

            driver.failed(V1, "new", 50);
            driver.failed("p/7@v2", "new", 50);
            driver.failed("catalog", "new", 50);

            assertThat(driver.published()).isEmpty();
            assertThat(driver.storedKeys()).isEmpty();
        }
    }

    @Nested
    class WhenAllArmsFail {
        @Test
        void guardDoesNotTrip() {
            driver.applied(1, rule(null, guard())).start();

            driver.failed(V1, "old", CanaryDriver.OVER);
            driver.failed(V1, "new", 50);

            assertThat(driver.published()).isEmpty();
        }
    }

    /** The arm has a tenth of the jobs, so the other arms' last jobs are all recent. */
    @Nested
    class WhenAnOutageOfAllArmsIsOver {
        private void round(boolean isOutage) {
            if (isOutage) {
                driver.failed(V1, "old", 9);
                driver.failed(V1, "new", 1);
            } else {
                driver.good(V1, "old", 9);
                driver.good(V1, "new", 1);
            }
        }

        @Test
        void errorsDuringTheOutageDoNotTripTheGuard() {
            driver.applied(1, rule(null, guard())).start();
            IntStream.range(0, 30).forEach(_ -> round(false));

            IntStream.range(0, 6).forEach(_ -> round(true));
            IntStream.range(0, 30).forEach(_ -> round(false));

            assertThat(driver.published()).isEmpty();
        }

        @Test
        void slowCallsDuringTheOutageDoNotTripTheGuard() {
            driver.applied(1, rule(null, guard())).start();
            IntStream.range(0, 30).forEach(_ -> round(false));
            for (int i = 0; i < 6; i++) {
                driver.end(V1, "old", "old", null, 1_000, 9);
                driver.end(V1, "new", "new", null, 1_000, 1);
            }
            IntStream.range(0, 30).forEach(_ -> round(false));

            assertThat(driver.published()).isEmpty();
        }

        @Test
        void slowCallsAfterTheOutageTripTheGuard() {
            driver.applied(1, rule(null, guard())).start();
            for (int i = 0; i < 6; i++) {
                driver.end(V1, "old", "old", null, 1_000, 9);
                driver.end(V1, "new", "new", null, 1_000, 1);
            }
            IntStream.range(0, 30).forEach(_ -> round(false));

            driver.end(V1, "new", "new", null, 1_000, 2);

            assertThat(driver.published()).containsExactly("guard/p/new");
        }

        @Test
        void errorsAfterTheOutageTripTheGuard() {
            driver.applied(1, rule(null, guard())).start();
            IntStream.range(0, 6).forEach(_ -> round(true));
            IntStream.range(0, 30).forEach(_ -> round(false));

            driver.failed(V1, "new", 3);

            assertThat(driver.published()).containsExactly("guard/p/new");
        }
    }

    @Nested
    class WhenAnotherModelHadToAnswer {
        @Test
        void jobCountsAsAnErrorOfTheArm() {
            driver.applied(1, rule(null, guard())).start();

            driver.end(V1, "new", "old", null, 100, 3);

            assertThat(driver.published()).containsExactly("guard/p/new");
        }
    }

    @Nested
    class WhenATripIsCleared {
        @Test
        void windowsStartEmpty() {
            driver.applied(1, rule(null, guard())).start();
            driver.failed(V1, "new", 3);
            driver.published();
            driver.clear(after(Duration.ofMinutes(1)));
            driver.advance(TICK);
            driver.advance(TICK);

            driver.failed(V1, "new", 2);
            assertThat(driver.published()).isEmpty();
            driver.failed(V1, "new", 1);

            assertThat(driver.published()).containsExactly("guard/p/new");
        }

        @Test
        void jobsThatEndedBeforeTheClearingDoNotCount() {
            driver.applied(1, rule(null, guard())).start();
            driver.failed(V1, "new", 3);
            driver.published();
            driver.clear(after(Duration.ofMinutes(1)));
            driver.advance(TICK);
            driver.advance(TICK);

            driver.failedEarlier(V1, TICK, 50);

            assertThat(driver.published()).isEmpty();
        }

        @Test
        void callsThatBeganBeforeTheClearingDoNotCountHoweverLongTheyTake() {
            driver.applied(1, rule(null, guard())).start();
            driver.failed(V1, "new", 3);
            driver.published();
            driver.clear(after(Duration.ofMinutes(1)));
            driver.advance(TICK);
            driver.advance(Duration.ofMinutes(5));

            driver.failedAfter(V1, Duration.ofMinutes(6), 50);
            assertThat(driver.published()).isEmpty();
            driver.failedAfter(V1, Duration.ofMinutes(4), 3);

            assertThat(driver.published()).containsExactly("guard/p/new");
        }

        @Test
        void jobsThatTheOpenBreakerSendsToOtherModelsDoNotTripTheGuardAgain() {
            driver.applied(1, rule(null, guard())).start();
            driver.failed(V1, "new", 3);
            driver.published();
            driver.clear(after(Duration.ofMinutes(1)));
            driver.advance(TICK);
            driver.advance(TICK);

            driver.heldBack(V1, 50);
            assertThat(driver.published()).isEmpty();
            driver.failed(V1, "new", 3);

            assertThat(driver.published()).containsExactly("guard/p/new");
        }

        @Test
        void workerWhoseClockIsBehindCountsAfterTheGracePeriod() {
            driver.applied(1, rule(null, guard())).start();
            driver.failed(V1, "new", 3);
            driver.published();
            driver.clear(after(Duration.ofMinutes(1)));
            driver.advance(TICK);
            driver.advance(CLEARING_GRACE);

            driver.failedEarlier(V1, Duration.ofMinutes(10), 3);

            assertThat(driver.published()).containsExactly("guard/p/new");
        }

        @Test
        void gaugeIsZeroAfterTheNextTick() {
            driver.applied(1, rule(null, guard())).start();
            driver.failed(V1, "new", 3);
            driver.clear(after(Duration.ofMinutes(1)));

            driver.advance(TICK);

            assertThat(driver.meter("millrace.router.guard.tripped")).isZero();
        }

        @Test
        void outcomesThatALaterVersionCountedBeforeAreForgotten() {
            driver.applied(1, rule(null, guard())).start();
            driver.failed(V1, "new", 3);
            driver.clear(after(Duration.ofMinutes(1)));
            driver.applied(2, rule(null, guard()));
            driver.failed("p/1@v2", "new", 2);
            driver.published();
            driver.clear(after(Duration.ofMinutes(2)));
            driver.advance(TICK);
            driver.advance(TICK);

            driver.failed("p/1@v2", "new", 2);

            assertThat(driver.published()).isEmpty();
        }
    }

    @Nested
    class WhenAnEarlierVersionHasTripped {
        @Test
        void laterVersionCountsNothing() {
            driver.applied(1, rule(null, guard())).start();
            driver.failed(V1, "new", 3);
            driver.applied(2, rule(null, guard()));
            driver.published();

            driver.failed("p/1@v2", "new", 50);

            assertThat(driver.published()).isEmpty();
        }
    }
}
