package dev.millrace.router.watch;

import static dev.millrace.router.watch.WatchBench.byResults;
import static dev.millrace.router.watch.WatchBench.byTime;
import static dev.millrace.router.watch.WatchBench.guard;
import static dev.millrace.router.watch.WatchBench.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WatchStepTest {
    private static final String V1 = "p/1@v1";
    private static final Duration TICK = WatchStep.TICK;

    private final WatchBench bench = new WatchBench();

    @AfterEach
    void close() {
        bench.close();
    }

    private static Instant after(Duration time) {
        return WatchBench.START.plus(time);
    }

    @Nested
    class WhenAnArmFails {
        @Test
        void oneRecordSaysSoWithTheNumbers() {
            bench.applied(1, rule(null, guard())).start();

            bench.good(V1, "new", 3);
            bench.failed(V1, "new", 2);
            assertThat(bench.told()).isEmpty();
            bench.failed(V1, "new", 1);

            assertThat(bench.told()).containsExactly("guard/p/newest");
            assertThat(bench.trip())
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
            bench.applied(1, rule(null, guard())).start();

            bench.failed(V1, "new", 50);
            bench.advance(TICK);

            assertThat(bench.told()).containsExactly("guard/p/newest");
        }

        @Test
        void itIsOneTripAlsoBeforeControlShowsIt() {
            bench.isFollowing = false;
            bench.applied(1, rule(null, guard())).start();

            bench.failed(V1, "new", 50);
            bench.advance(TICK);

            assertThat(bench.told()).containsExactly("guard/p/newest");
        }

        @Test
        void theMetersShowIt() {
            bench.applied(1, rule(null, guard())).start();
            bench.advance(TICK);
            assertThat(bench.meter("millrace.router.guard.tripped")).isZero();

            bench.failed(V1, "new", 3);

            assertThat(bench.meter("millrace.router.guard.tripped")).isOne();
            assertThat(bench.meter("millrace.router.guard.trips")).isOne();
        }

        @Test
        void aRuleOfTheConfigurationIsWatchedToo() {
            bench.configured("p", rule(null, guard())).start();
            var policy = new Policy(List.of(rule(null, guard())));

            bench.failed(new RoutedBy("p", 1, RoutedBy.version(policy)).text(), "new", 3);

            assertThat(bench.told()).containsExactly("guard/p/newest");
        }

        @Test
        void theSameGuardInAnotherRuleDoesNotTripAgain() {
            bench.isFollowing = false;
            bench.applied(1, rule(null, guard()), rule(null, guard())).start();

            bench.failed("p/2@v1", "new", 2);
            bench.failed(V1, "new", 3);
            bench.failed("p/2@v1", "new", 1);

            assertThat(bench.told()).containsExactly("guard/p/newest");
        }
    }

    @Nested
    class WhenAnArmIsSlow {
        @Test
        void itIsComparedWithTheOthers() {
            bench.applied(1, rule(null, guard())).start();
            bench.end(V1, "new", "new", null, 201, 5);
            assertThat(bench.told()).isEmpty();

            bench.good(V1, "old", GuardRule.OTHERS_LEAST);

            assertThat(bench.told()).containsExactly("guard/p/newest");
            assertThat(bench.trip().reason()).contains("the P95 of the others is 100 ms");
        }
    }

    @Nested
    class WhenEndsSayNothingOfTheArm {
        @Test
        void cancelledJobsCountForNothing() {
            bench.applied(1, rule(null, guard())).start();

            bench.end(V1, "new", "new", "cancelled", 100, 50);

            assertThat(bench.told()).isEmpty();
            assertThat(bench.stored()).noneMatch(it -> it.startsWith("arm:"));
        }

        @Test
        void errorsOfOtherArmsTripNothing() {
            bench.applied(1, rule(null, guard())).start();

            bench.failed(V1, "old", 50);

            assertThat(bench.told()).isEmpty();
        }

        @Test
        void jobsThatEndedWithoutACallCountForNothing() {
            bench.applied(1, rule(null, guard())).start();

            bench.endedWithoutCall(V1, "new", "deadline_exceeded", 50);
            bench.endedWithoutCall(V1, "old", "deadline_exceeded", 50);
            bench.failed(V1, "new", 3);

            assertThat(bench.told()).containsExactly("guard/p/newest");
            assertThat(bench.trip().jobs()).isEqualTo(3);
        }

        @Test
        void whatAnotherVersionHasWrittenIsPassedOver() {
            bench.applied(1, rule(null, guard())).start();

            bench.picked(V1, new byte[] {9, 1, 1});
            bench.failed(V1, "new", 3);

            assertThat(bench.told()).containsExactly("guard/p/newest");
        }

        @Test
        void jobsOfOtherVersionsAndRulesAreOfNoInterest() {
            bench.applied(1, rule(null, guard())).applied(2, rule(null, guard())).start();

            bench.failed(V1, "new", 50);
            bench.failed("p/7@v2", "new", 50);
            bench.failed("catalog", "new", 50);

            assertThat(bench.told()).isEmpty();
            assertThat(bench.stored()).isEmpty();
        }
    }

    @Nested
    class WhenAllArmsFail {
        @Test
        void theArmIsNotToBlame() {
            bench.applied(1, rule(null, guard())).start();

            bench.failed(V1, "old", WatchBench.OVER);
            bench.failed(V1, "new", 50);

            assertThat(bench.told()).isEmpty();
        }
    }

    @Nested
    class WhenAnotherModelHadToAnswer {
        @Test
        void itIsAnErrorOfTheArm() {
            bench.applied(1, rule(null, guard())).start();

            bench.end(V1, "new", "old", null, 100, 3);

            assertThat(bench.told()).containsExactly("guard/p/newest");
        }
    }

    @Nested
    class WhenATripIsCleared {
        @Test
        void theWindowsStartAnew() {
            bench.applied(1, rule(null, guard())).start();
            bench.failed(V1, "new", 3);
            bench.told();
            bench.clear(after(Duration.ofMinutes(1)));
            bench.advance(TICK);
            bench.advance(TICK);

            bench.failed(V1, "new", 2);
            assertThat(bench.told()).isEmpty();
            bench.failed(V1, "new", 1);

            assertThat(bench.told()).containsExactly("guard/p/newest");
        }

        @Test
        void whatHadEndedBeforeDoesNotCount() {
            bench.applied(1, rule(null, guard())).start();
            bench.failed(V1, "new", 3);
            bench.told();
            bench.clear(after(Duration.ofMinutes(1)));
            bench.advance(TICK);
            bench.advance(TICK);

            bench.failedBefore(V1, TICK, 50);

            assertThat(bench.told()).isEmpty();
        }

        @Test
        void aWorkerWhoseClockIsBehindIsWatchedAfterAWhile() {
            bench.applied(1, rule(null, guard())).start();
            bench.failed(V1, "new", 3);
            bench.told();
            bench.clear(after(Duration.ofMinutes(1)));
            bench.advance(TICK);
            bench.advance(GuardStatus.SETTLED_WITHIN);

            bench.failedBefore(V1, Duration.ofMinutes(10), 3);

            assertThat(bench.told()).containsExactly("guard/p/newest");
        }

        @Test
        void theGaugeIsZeroWithTheNextTick() {
            bench.applied(1, rule(null, guard())).start();
            bench.failed(V1, "new", 3);
            bench.clear(after(Duration.ofMinutes(1)));

            bench.advance(TICK);

            assertThat(bench.meter("millrace.router.guard.tripped")).isZero();
        }

        @Test
        void whatALaterVersionCountedBeforeIsForgotten() {
            bench.applied(1, rule(null, guard())).start();
            bench.failed(V1, "new", 3);
            bench.clear(after(Duration.ofMinutes(1)));
            bench.applied(2, rule(null, guard()));
            bench.failed("p/1@v2", "new", 2);
            bench.told();
            bench.clear(after(Duration.ofMinutes(2)));
            bench.advance(TICK);
            bench.advance(TICK);

            bench.failed("p/1@v2", "new", 2);

            assertThat(bench.told()).isEmpty();
        }
    }

    @Nested
    class WhenATripIsFromAnEarlierVersion {
        @Test
        void nothingIsCountedForALaterOne() {
            bench.applied(1, rule(null, guard())).start();
            bench.failed(V1, "new", 3);
            bench.applied(2, rule(null, guard()));
            bench.told();

            bench.failed("p/1@v2", "new", 50);

            assertThat(bench.told()).isEmpty();
        }
    }

    @Nested
    class WhenARampGoesByResults {
        @Test
        void eachStepIsToldToControl() {
            bench.applied(1, rule(byResults(3), null)).start();
            bench.advance(TICK);
            assertThat(bench.told()).containsExactly("ramp/p/1");
            assertThat(bench.ramp(1, "v1").share()).isEqualTo(1.0);

            bench.good(V1, "new", 3);

            assertThat(bench.told()).containsExactly("ramp/p/1");
            assertThat(bench.ramp(1, "v1"))
                    .satisfies(
                            step -> {
                                assertThat(step.step()).isOne();
                                assertThat(step.share()).isEqualTo(5.0);
                                assertThat(step.arm()).isEqualTo("newest");
                            });
        }

        @Test
        void onlyGoodResultsOfItsArmCount() {
            bench.applied(1, rule(byResults(3), null)).start();
            bench.advance(TICK);
            bench.told();

            bench.good(V1, "old", 50);
            bench.failed(V1, "new", 50);

            assertThat(bench.told()).isEmpty();
        }

        @Test
        void theLastStepStays() {
            bench.applied(1, rule(byResults(3), null)).start();
            bench.good(V1, "new", 100);

            assertThat(bench.ramp(1, "v1").step()).isEqualTo(2);
            assertThat(bench.told()).hasSize(3);
        }

        @Test
        void theGaugeShowsItsShare() {
            bench.applied(1, rule(byResults(3), null)).start();
            bench.good(V1, "new", 3);

            assertThat(bench.meter("millrace.router.ramp.share")).isEqualTo(5.0);
        }
    }

    @Nested
    class WhenARampGoesByTime {
        @Test
        void itDoesSoWithoutAnyJob() {
            bench.applied(1, rule(byTime(Duration.ofMinutes(10)), null)).start();
            bench.advance(TICK);
            bench.told();

            bench.advance(Duration.ofMinutes(10));

            assertThat(bench.told()).containsExactly("ramp/p/1");
            assertThat(bench.ramp(1, "v1").share()).isEqualTo(5.0);
            assertThat(bench.ramp(1, "v1").since())
                    .isEqualTo(after(TICK.plus(Duration.ofMinutes(10))));
        }

        @Test
        void itGoesOnWhereControlHasIt() {
            bench.applied(1, rule(byTime(Duration.ofMinutes(10)), null)).start();
            bench.advance(TICK);
            bench.advance(Duration.ofMinutes(10));
            bench.close();
            bench.start();

            bench.advance(TICK);

            assertThat(bench.ramp(1, "v1").step()).isOne();
        }
    }

    @Nested
    class WhenARampedArmIsTakenAway {
        @Test
        void theRampStandsStill() {
            bench.applied(1, rule(byTime(Duration.ofMinutes(10)), guard())).start();
            bench.advance(TICK);
            bench.failed(V1, "new", 3);
            bench.told();

            bench.advance(Duration.ofHours(1));

            assertThat(bench.told()).isEmpty();
            assertThat(bench.meter("millrace.router.ramp.share")).isZero();
        }

        @Test
        void itsStepBeginsAgainWhenTheArmIsGivenBack() {
            bench.applied(1, rule(byTime(Duration.ofMinutes(10)), guard())).start();
            bench.advance(TICK);
            bench.failed(V1, "new", 3);
            bench.advance(Duration.ofHours(1));
            bench.told();
            bench.clear(after(Duration.ofHours(1)));

            bench.advance(TICK);
            assertThat(bench.ramp(1, "v1").step()).isZero();
            bench.advance(Duration.ofMinutes(10));

            assertThat(bench.ramp(1, "v1").step()).isOne();
            assertThat(bench.meter("millrace.router.ramp.share")).isEqualTo(5.0);
        }
    }

    @Nested
    class WhenAVersionIsNoLongerInForce {
        @Test
        void itsStateIsDeleted() {
            bench.applied(1, rule(byResults(9), guard())).start();
            bench.good(V1, "new", 1);
            bench.good(V1, "old", 1);
            assertThat(bench.stored())
                    .containsExactly(
                            "arm:" + V1, "ends:" + V1, "guard:" + V1, "others:" + V1, "ramp:" + V1);
            bench.applied(2, rule(null, guard()));

            bench.advance(TICK);

            assertThat(bench.stored()).containsExactly("guard:p/1@v2");
        }

        @Test
        void itsGaugesAreRemoved() {
            bench.applied(1, rule(byResults(9), guard())).start();
            bench.advance(TICK);
            bench.applied(2, rule(null, guard()));

            bench.advance(TICK);

            assertThat(bench.meter("millrace.router.ramp.share")).isNegative();
            assertThat(bench.meter("millrace.router.guard.tripped")).isZero();
        }

        @Test
        void aRampOfTheNextVersionBeginsAtItsFirstStep() {
            bench.applied(1, rule(byResults(3), null)).start();
            bench.good(V1, "new", 6);
            bench.applied(2, rule(byResults(3), null));

            bench.advance(TICK);

            assertThat(bench.ramp(1, "v2").step()).isZero();
        }
    }

    @Nested
    class WhenATransactionWasAborted {
        @Test
        void theStepThatIsInitialisedAgainHasOneTick() {
            bench.start();
            var context = new MockProcessorContext<byte[], byte[]>();
            var store = ArmStore.builder().withLoggingDisabled().withCachingDisabled().build();
            store.init(context.getStateStoreContext(), store);
            var situations =
                    new Situations(() -> ControlState.EMPTY, Map.of(), Catalog.of(List.of()));
            var step = new WatchStep(situations, new WatchMeters(bench.meters));
            step.init(context);
            step.close();
            step.init(context);

            assertThat(context.scheduledPunctuators()).filteredOn(it -> !it.cancelled()).hasSize(1);
        }
    }

    @Nested
    class WhenTheTaskIsTakenOver {
        @Test
        void itsSuccessorGoesOnWithTheSameWindows() {
            bench.applied(1, rule(byResults(9), guard())).start();
            bench.good(V1, "new", 4);
            bench.good(V1, "old", 7);
            bench.failed(V1, "new", 2);
            bench.failed(V1, "old", 3);

            assertThat(bench.reloaded(V1))
                    .satisfies(
                            watch -> {
                                assertThat(watch.ramp())
                                        .returns(4, it -> it == null ? -1 : it.goodResults());
                                assertThat(watch.guard())
                                        .isNotNull()
                                        .returns(6, it -> it.arm().size())
                                        .returns(2, it -> it.arm().errors())
                                        .returns(7, it -> it.others().good().size())
                                        .returns(3, it -> it.others().ends().errors());
                            });
        }

        @Test
        void itsSuccessorKnowsOfATripThatControlDoesNotShowYet() {
            bench.isFollowing = false;
            bench.applied(1, rule(null, guard())).start();
            bench.failed(V1, "new", 3);

            assertThat(bench.reloaded(V1).guard()).returns(true, GuardWatch::isTripped);
        }

        @Test
        void theGaugesOfTheOneBeforeAreGone() {
            bench.applied(1, rule(byResults(9), guard())).start();
            bench.advance(TICK);
            bench.close();

            assertThat(bench.meters.getMeters()).isEmpty();
            bench.start();
        }
    }
}
