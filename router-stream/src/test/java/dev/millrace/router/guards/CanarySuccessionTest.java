package dev.millrace.router.guards;

import static dev.millrace.router.guards.CanaryDriver.byResults;
import static dev.millrace.router.guards.CanaryDriver.guard;
import static dev.millrace.router.guards.CanaryDriver.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.FixedBacklog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** State that survives a new policy version, an aborted transaction and a moved task. */
class CanarySuccessionTest {
    private static final String V1 = "p/1@v1";
    private static final Duration TICK = CanaryMonitorStep.TICK;

    private final CanaryDriver driver = new CanaryDriver();

    @AfterEach
    void close() {
        driver.close();
    }

    @Nested
    class WhenAVersionIsNoLongerInForce {
        @Test
        void stateOfTheVersionIsDeleted() {
            driver.applied(1, rule(byResults(9), guard())).start();
            driver.good(V1, "new", 1);
            driver.good(V1, "old", 1);
            driver.advance(TICK);
            assertThat(driver.storedKeys())
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

            assertThat(driver.storedKeys()).containsExactly("guard:p/1@v2");
        }

        @Test
        void gaugesOfTheVersionAreRemoved() {
            driver.applied(1, rule(byResults(9), guard())).start();
            driver.advance(TICK);
            driver.applied(2, rule(null, guard()));

            driver.advance(TICK);

            assertThat(driver.meter("millrace.router.ramp.share")).isNegative();
            assertThat(driver.meter("millrace.router.guard.tripped")).isZero();
        }

        @Test
        void rampOfTheNextVersionStartsAtItsFirstStep() {
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
        void reinitializedStepHasOneTick() {
            driver.start();
            var context = new MockProcessorContext<byte[], byte[]>();
            var store =
                    CanaryStateStore.builder().withLoggingDisabled().withCachingDisabled().build();
            store.init(context.getStateStoreContext(), store);
            var rules = CanaryRules.of(ControlState.EMPTY, Map.of(), Catalog.of(List.of()));
            var step =
                    new CanaryMonitorStep(
                            () -> rules,
                            new CanaryMetrics(driver.meters),
                            new InternalErrors(driver.meters),
                            FixedBacklog.NONE);
            step.init(context);
            step.close();
            step.init(context);

            assertThat(context.scheduledPunctuators()).filteredOn(it -> !it.cancelled()).hasSize(1);
        }
    }

    @Nested
    class WhenAMonitorThrows {
        @Test
        void tickAndOutcomeAreSkippedAndTheErrorsCounted() {
            driver.start();
            var context = new MockProcessorContext<byte[], byte[]>();
            context.setCurrentSystemTimeMs(0);
            var store =
                    CanaryStateStore.builder().withLoggingDisabled().withCachingDisabled().build();
            store.init(context.getStateStoreContext(), store);
            Supplier<CanaryRules> failing =
                    () -> {
                        throw new IllegalStateException("test");
                    };
            var step =
                    new CanaryMonitorStep(
                            failing,
                            new CanaryMetrics(driver.meters),
                            new InternalErrors(driver.meters),
                            FixedBacklog.NONE);
            step.init(context);

            context.scheduledPunctuators().getFirst().getPunctuator().punctuate(1);
            step.process(
                    new Record<>(V1, new ArmOutcome("new", new JobOutcome(false, 1, 1), 0L), 0));

            assertThat(
                            driver.meters
                                    .counter("millrace.router.internal.errors", "step", "watch")
                                    .count())
                    .isEqualTo(2);
        }
    }

    @Nested
    class WhenAnotherRouterVersionHasWrittenTheStore {
        @Test
        void windowsAndRampsStartOver() {
            driver.applied(1, rule(byResults(3), guard())).start();
            driver.good(V1, "new", 4);
            driver.good(V1, "old", 7);
            driver.advance(TICK);
            driver.storedKeys().stream()
                    .filter(key -> !key.startsWith("guard:"))
                    .forEach(key -> driver.store(key, new byte[] {9}));

            assertThat(driver.reloaded(V1))
                    .satisfies(
                            monitor -> {
                                assertThat(monitor.ramp()).isNull();
                                assertThat(monitor.guard())
                                        .isNotNull()
                                        .returns(
                                                new GuardCounts(0, 0, 0, 0, 0, 0), GuardCounts::of);
                            });
        }
    }

    @Nested
    class WhenManyJobsEndBetweenTwoTicks {
        @Test
        void windowIsStoredOnce() {
            driver.applied(1, rule(null, guard())).start();
            driver.good(V1, "new", 50);
            driver.advance(TICK);

            assertThat(driver.changelog()).filteredOn(("arm:" + V1)::equals).hasSize(1);
        }
    }

    @Nested
    class WhenAnotherRouterTakesOverTheTask {
        @Test
        void successorContinuesWithTheStoredWindows() {
            driver.applied(1, rule(byResults(9), guard())).start();
            driver.good(V1, "new", 4);
            driver.good(V1, "old", 7);
            driver.failed(V1, "new", 2);
            driver.failed(V1, "old", 3);
            driver.advance(TICK);

            assertThat(driver.reloaded(V1))
                    .satisfies(
                            monitor -> {
                                assertThat(monitor.ramp())
                                        .returns(4, it -> it == null ? -1 : it.goodResults());
                                assertThat(monitor.guard())
                                        .isNotNull()
                                        .returns(
                                                new GuardCounts(6, 2, 7, 3, 10, 7),
                                                GuardCounts::of);
                            });
        }

        @Test
        void successorKnowsATripThatControlDoesNotShowYet() {
            driver.isFollowing = false;
            driver.applied(1, rule(null, guard())).start();
            driver.failed(V1, "new", 3);

            assertThat(driver.reloaded(V1).guard()).returns(true, GuardMonitor::isTripped);
        }

        @Test
        void gaugesOfThePredecessorAreRemoved() {
            driver.applied(1, rule(byResults(9), guard())).start();
            driver.advance(TICK);
            driver.close();

            assertThat(driver.meters.getMeters()).isEmpty();
            driver.start();
        }
    }
}
