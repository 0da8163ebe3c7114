package dev.millrace.router.watch;

import static dev.millrace.router.watch.WatchDriver.byResults;
import static dev.millrace.router.watch.WatchDriver.guard;
import static dev.millrace.router.watch.WatchDriver.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.flow.FixedBacklog;
import dev.millrace.router.watch.guard.ArmEnd;
import dev.millrace.router.watch.guard.Counts;
import dev.millrace.router.watch.guard.GuardWatch;
import dev.millrace.router.watch.guard.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is left when a version, a transaction or a task goes. */
class WatchSuccessionTest {
    private static final String V1 = "p/1@v1";
    private static final Duration TICK = WatchStep.TICK;

    private final WatchDriver driver = new WatchDriver();

    @AfterEach
    void close() {
        driver.close();
    }

    @Nested
    class WhenAVersionIsNoLongerInForce {
        @Test
        void itsStateIsDeleted() {
            driver.applied(1, rule(byResults(9), guard())).start();
            driver.good(V1, "new", 1);
            driver.good(V1, "old", 1);
            driver.advance(TICK);
            assertThat(driver.stored())
                    .containsExactly(
                            "arm:" + V1,
                            "ends:" + V1,
                            "guard:" + V1,
                            "meanwhile:" + V1,
                            "others:" + V1,
                            "ramp:" + V1,
                            "times:" + V1);
            driver.applied(2, rule(null, guard()));

            driver.advance(TICK);

            assertThat(driver.stored()).containsExactly("guard:p/1@v2");
        }

        @Test
        void itsGaugesAreRemoved() {
            driver.applied(1, rule(byResults(9), guard())).start();
            driver.advance(TICK);
            driver.applied(2, rule(null, guard()));

            driver.advance(TICK);

            assertThat(driver.meter("millrace.router.ramp.share")).isNegative();
            assertThat(driver.meter("millrace.router.guard.tripped")).isZero();
        }

        @Test
        void aRampOfTheNextVersionBeginsAtItsFirstStep() {
            driver.applied(1, rule(byResults(3), null)).start();
            driver.good(V1, "new", 6);
            driver.applied(2, rule(byResults(3), null));

            driver.advance(TICK);

            assertThat(driver.ramp(1, "v2").step()).isZero();
        }
    }

    @Nested
    class WhenATransactionWasAborted {
        @Test
        void theStepThatIsInitialisedAgainHasOneTick() {
            driver.start();
            var context = new MockProcessorContext<byte[], byte[]>();
            var store = ArmStore.builder().withLoggingDisabled().withCachingDisabled().build();
            store.init(context.getStateStoreContext(), store);
            var ruleSource =
                    new RuleSource(() -> ControlState.EMPTY, Map.of(), Catalog.of(List.of()));
            var step =
                    new WatchStep(
                            ruleSource,
                            new WatchMeters(driver.meters),
                            new InternalErrors(driver.meters),
                            FixedBacklog.NONE);
            step.init(context);
            step.close();
            step.init(context);

            assertThat(context.scheduledPunctuators()).filteredOn(it -> !it.cancelled()).hasSize(1);
        }
    }

    @Nested
    class WhenARuleCannotBeWatched {
        @Test
        void theTickAndTheEndArePassedOver() {
            driver.start();
            var context = new MockProcessorContext<byte[], byte[]>();
            context.setCurrentSystemTimeMs(0);
            var store = ArmStore.builder().withLoggingDisabled().withCachingDisabled().build();
            store.init(context.getStateStoreContext(), store);
            Supplier<WatchedRules> failing =
                    () -> {
                        throw new IllegalStateException("test");
                    };
            var step =
                    new WatchStep(
                            failing,
                            new WatchMeters(driver.meters),
                            new InternalErrors(driver.meters),
                            FixedBacklog.NONE);
            step.init(context);

            context.scheduledPunctuators().getFirst().getPunctuator().punctuate(1);
            step.process(new Record<>(V1, new ArmEnd("new", new Outcome(false, 1, 1)), 0));

            assertThat(
                            driver.meters
                                    .counter("millrace.router.internal.errors", "step", "watch")
                                    .count())
                    .isEqualTo(2);
        }
    }

    @Nested
    class WhenAnotherVersionOfTheRouterHasWritten {
        @Test
        void windowsAndRampsBeginAnew() {
            driver.applied(1, rule(byResults(3), guard())).start();
            driver.good(V1, "new", 4);
            driver.good(V1, "old", 7);
            driver.advance(TICK);
            driver.stored().stream()
                    .filter(key -> !key.startsWith("guard:"))
                    .forEach(key -> driver.store(key, new byte[] {9}));

            assertThat(driver.reloaded(V1))
                    .satisfies(
                            watch -> {
                                assertThat(watch.ramp()).isNull();
                                assertThat(watch.guard())
                                        .isNotNull()
                                        .returns(new Counts(0, 0, 0, 0, 0, 0), Counts::of);
                            });
        }
    }

    @Nested
    class WhenManyJobsEndBetweenTwoTicks {
        @Test
        void theirWindowIsStoredOnce() {
            driver.applied(1, rule(null, guard())).start();
            driver.good(V1, "new", 50);
            driver.advance(TICK);

            assertThat(driver.changelog()).filteredOn(("arm:" + V1)::equals).hasSize(1);
        }
    }

    @Nested
    class WhenTheTaskIsTakenOver {
        @Test
        void itsSuccessorGoesOnWithTheSameWindows() {
            driver.applied(1, rule(byResults(9), guard())).start();
            driver.good(V1, "new", 4);
            driver.good(V1, "old", 7);
            driver.failed(V1, "new", 2);
            driver.failed(V1, "old", 3);
            driver.advance(TICK);

            assertThat(driver.reloaded(V1))
                    .satisfies(
                            watch -> {
                                assertThat(watch.ramp())
                                        .returns(4, it -> it == null ? -1 : it.goodResults());
                                assertThat(watch.guard())
                                        .isNotNull()
                                        .returns(new Counts(6, 2, 7, 3, 10, 7), Counts::of);
                            });
        }

        @Test
        void itsSuccessorKnowsOfATripThatControlDoesNotShowYet() {
            driver.isFollowing = false;
            driver.applied(1, rule(null, guard())).start();
            driver.failed(V1, "new", 3);

            assertThat(driver.reloaded(V1).guard()).returns(true, GuardWatch::isTripped);
        }

        @Test
        void theGaugesOfTheOneBeforeAreGone() {
            driver.applied(1, rule(byResults(9), guard())).start();
            driver.advance(TICK);
            driver.close();

            assertThat(driver.meters.getMeters()).isEmpty();
            driver.start();
        }
    }
}
