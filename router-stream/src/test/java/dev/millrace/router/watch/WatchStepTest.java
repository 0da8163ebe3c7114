package dev.millrace.router.watch;

import static dev.millrace.router.watch.WatchDriver.guard;
import static dev.millrace.router.watch.WatchDriver.rule;
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

class WatchStepTest {
    private static final String V1 = "p/1@v1";
    private static final Duration TICK = WatchStep.TICK;
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(10);
    private static final int ENOUGH_OF_THE_OTHERS = 20;

    private final WatchDriver driver = new WatchDriver();

    @AfterEach
    void close() {
        driver.close();
    }

    private static Instant after(Duration time) {
        return WatchDriver.START.plus(time);
    }

    @Nested
    class WhenAnArmFails {
        @Test
        void oneRecordSaysSoWithTheNumbers() {
            driver.applied(1, rule(null, guard())).start();

            driver.good(V1, "new", 3);
            driver.failed(V1, "new", 2);
            assertThat(driver.told()).isEmpty();
            driver.failed(V1, "new", 1);

            assertThat(driver.told()).containsExactly("guard/p/new");
            assertThat(driver.trip())
                    .satisfies(
                            trip -> {
                                assertThat(trip.reason())
                                        .isEqualTo(
                                                "3 errors in the last 6 jobs, more than 10 % of 20"
                                                        + " above the others' 0 %");
                                assertThat(trip.jobs()).isEqualTo(6);
                                assertThat(trip.errors()).isEqualTo(3);
                                assertThat(trip.costUsd()).isEqualByComparingTo("0.006");
                                assertThat(trip.version()).isEqualTo("v1");
                                assertThat(trip.rule()).isOne();
                                assertThat(trip.isInForce()).isTrue();
                            });
        }

        @Test
        void whatFollowsIsNotCounted() {
            driver.applied(1, rule(null, guard())).start();

            driver.failed(V1, "new", 50);
            driver.advance(TICK);

            assertThat(driver.told()).containsExactly("guard/p/new");
        }

        @Test
        void itIsOneTripAlsoBeforeControlShowsIt() {
            driver.isFollowing = false;
            driver.applied(1, rule(null, guard())).start();

            driver.failed(V1, "new", 50);
            driver.advance(TICK);

            assertThat(driver.told()).containsExactly("guard/p/new");
        }

        @Test
        void theMetersShowIt() {
            driver.applied(1, rule(null, guard())).start();
            driver.advance(TICK);
            assertThat(driver.meter("millrace.router.guard.tripped")).isZero();

            driver.failed(V1, "new", 3);

            assertThat(driver.meter("millrace.router.guard.tripped")).isOne();
            assertThat(driver.meter("millrace.router.guard.trips")).isOne();
        }

        @Test
        void aRuleOfTheConfigurationIsWatchedToo() {
            driver.configured("p", rule(null, guard())).start();
            var policy = new Policy(List.of(rule(null, guard())));

            driver.failed(new RoutedBy("p", 1, RoutedBy.version(policy)).text(), "new", 3);

            assertThat(driver.told()).containsExactly("guard/p/new");
        }

        @Test
        void theSameGuardInAnotherRuleDoesNotTripAgain() {
            driver.isFollowing = false;
            driver.applied(1, rule(null, guard()), rule(null, guard())).start();

            driver.failed("p/2@v1", "new", 2);
            driver.failed(V1, "new", 3);
            driver.failed("p/2@v1", "new", 1);

            assertThat(driver.told()).containsExactly("guard/p/new");
        }
    }

    @Nested
    class WhenAnArmIsSlow {
        @Test
        void itIsComparedWithTheOthers() {
            driver.applied(1, rule(null, guard())).start();
            driver.end(V1, "new", "new", null, 201, 5);
            assertThat(driver.told()).isEmpty();

            driver.good(V1, "old", ENOUGH_OF_THE_OTHERS);

            assertThat(driver.told()).containsExactly("guard/p/new");
            assertThat(driver.trip().reason()).contains("the P95 of the others is 100 ms");
        }
    }

    @Nested
    class WhenEndsSayNothingOfTheArm {
        @Test
        void cancelledJobsCountForNothing() {
            driver.applied(1, rule(null, guard())).start();

            driver.end(V1, "new", "new", "cancelled", 100, 50);

            assertThat(driver.told()).isEmpty();
            assertThat(driver.stored()).noneMatch(it -> it.startsWith("arm:"));
        }

        @Test
        void errorsOfOtherArmsTripNothing() {
            driver.applied(1, rule(null, guard())).start();

            driver.failed(V1, "old", 50);

            assertThat(driver.told()).isEmpty();
        }

        @Test
        void jobsThatEndedWithoutACallCountForNothing() {
            driver.applied(1, rule(null, guard())).start();

            driver.endedWithoutCall(V1, "new", "deadline_exceeded", 50);
            driver.endedWithoutCall(V1, "old", "deadline_exceeded", 50);
            driver.failed(V1, "new", 3);

            assertThat(driver.told()).containsExactly("guard/p/new");
            assertThat(driver.trip().jobs()).isEqualTo(3);
        }

        @Test
        void whatAnotherVersionHasWrittenIsPassedOver() {
            driver.applied(1, rule(null, guard())).start();

            driver.picked(V1, new byte[] {9, 1, 1});
            driver.failed(V1, "new", 3);

            assertThat(driver.told()).containsExactly("guard/p/new");
        }

        @Test
        void jobsOfOtherVersionsAndRulesAreOfNoInterest() {
            driver.applied(1, rule(null, guard())).applied(2, rule(null, guard())).start();

            driver.failed(V1, "new", 50);
            driver.failed("p/7@v2", "new", 50);
            driver.failed("catalog", "new", 50);

            assertThat(driver.told()).isEmpty();
            assertThat(driver.stored()).isEmpty();
        }
    }

    @Nested
    class WhenAllArmsFail {
        @Test
        void theArmIsNotToBlame() {
            driver.applied(1, rule(null, guard())).start();

            driver.failed(V1, "old", WatchDriver.OVER);
            driver.failed(V1, "new", 50);

            assertThat(driver.told()).isEmpty();
        }
    }

    /** The arm has a tenth of the jobs, so the others' last ones are all of the last moments. */
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
        void whatFailedThenIsNotHeldAgainstTheGoodJobsOfTheOthersSince() {
            driver.applied(1, rule(null, guard())).start();
            IntStream.range(0, 30).forEach(_ -> round(false));

            IntStream.range(0, 6).forEach(_ -> round(true));
            IntStream.range(0, 30).forEach(_ -> round(false));

            assertThat(driver.told()).isEmpty();
        }

        @Test
        void whatWasSlowThenIsNotHeldAgainstTheArm() {
            driver.applied(1, rule(null, guard())).start();
            IntStream.range(0, 30).forEach(_ -> round(false));
            for (int i = 0; i < 6; i++) {
                driver.end(V1, "old", "old", null, 1_000, 9);
                driver.end(V1, "new", "new", null, 1_000, 1);
            }
            IntStream.range(0, 30).forEach(_ -> round(false));

            assertThat(driver.told()).isEmpty();
        }

        @Test
        void whatIsSlowAfterItIs() {
            driver.applied(1, rule(null, guard())).start();
            for (int i = 0; i < 6; i++) {
                driver.end(V1, "old", "old", null, 1_000, 9);
                driver.end(V1, "new", "new", null, 1_000, 1);
            }
            IntStream.range(0, 30).forEach(_ -> round(false));

            driver.end(V1, "new", "new", null, 1_000, 2);

            assertThat(driver.told()).containsExactly("guard/p/new");
        }

        @Test
        void whatFailsAfterItIs() {
            driver.applied(1, rule(null, guard())).start();
            IntStream.range(0, 6).forEach(_ -> round(true));
            IntStream.range(0, 30).forEach(_ -> round(false));

            driver.failed(V1, "new", 3);

            assertThat(driver.told()).containsExactly("guard/p/new");
        }
    }

    @Nested
    class WhenAnotherModelHadToAnswer {
        @Test
        void itIsAnErrorOfTheArm() {
            driver.applied(1, rule(null, guard())).start();

            driver.end(V1, "new", "old", null, 100, 3);

            assertThat(driver.told()).containsExactly("guard/p/new");
        }
    }

    @Nested
    class WhenATripIsCleared {
        @Test
        void theWindowsStartAnew() {
            driver.applied(1, rule(null, guard())).start();
            driver.failed(V1, "new", 3);
            driver.told();
            driver.clear(after(Duration.ofMinutes(1)));
            driver.advance(TICK);
            driver.advance(TICK);

            driver.failed(V1, "new", 2);
            assertThat(driver.told()).isEmpty();
            driver.failed(V1, "new", 1);

            assertThat(driver.told()).containsExactly("guard/p/new");
        }

        @Test
        void whatHadEndedBeforeDoesNotCount() {
            driver.applied(1, rule(null, guard())).start();
            driver.failed(V1, "new", 3);
            driver.told();
            driver.clear(after(Duration.ofMinutes(1)));
            driver.advance(TICK);
            driver.advance(TICK);

            driver.failedBefore(V1, TICK, 50);

            assertThat(driver.told()).isEmpty();
        }

        @Test
        void aWorkerWhoseClockIsBehindIsWatchedAfterAWhile() {
            driver.applied(1, rule(null, guard())).start();
            driver.failed(V1, "new", 3);
            driver.told();
            driver.clear(after(Duration.ofMinutes(1)));
            driver.advance(TICK);
            driver.advance(SETTLED_WITHIN);

            driver.failedBefore(V1, Duration.ofMinutes(10), 3);

            assertThat(driver.told()).containsExactly("guard/p/new");
        }

        @Test
        void theGaugeIsZeroWithTheNextTick() {
            driver.applied(1, rule(null, guard())).start();
            driver.failed(V1, "new", 3);
            driver.clear(after(Duration.ofMinutes(1)));

            driver.advance(TICK);

            assertThat(driver.meter("millrace.router.guard.tripped")).isZero();
        }

        @Test
        void whatALaterVersionCountedBeforeIsForgotten() {
            driver.applied(1, rule(null, guard())).start();
            driver.failed(V1, "new", 3);
            driver.clear(after(Duration.ofMinutes(1)));
            driver.applied(2, rule(null, guard()));
            driver.failed("p/1@v2", "new", 2);
            driver.told();
            driver.clear(after(Duration.ofMinutes(2)));
            driver.advance(TICK);
            driver.advance(TICK);

            driver.failed("p/1@v2", "new", 2);

            assertThat(driver.told()).isEmpty();
        }
    }

    @Nested
    class WhenATripIsFromAnEarlierVersion {
        @Test
        void nothingIsCountedForALaterOne() {
            driver.applied(1, rule(null, guard())).start();
            driver.failed(V1, "new", 3);
            driver.applied(2, rule(null, guard()));
            driver.told();

            driver.failed("p/1@v2", "new", 50);

            assertThat(driver.told()).isEmpty();
        }
    }
}
