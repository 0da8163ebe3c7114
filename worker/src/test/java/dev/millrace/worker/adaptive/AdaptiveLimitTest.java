package dev.millrace.worker.adaptive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.adaptive.SimulatedProvider.Answer;
import dev.millrace.worker.quota.CallEnd;
import dev.millrace.worker.quota.CallEnd.Kind;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdaptiveLimitTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final double PER_SECOND = 50;

    private static AdaptiveSimulation simulated(SimulatedProvider provider, Duration time) {
        return new AdaptiveSimulation(provider, 0, 1).run(time);
    }

    @Nested
    class WithoutALimit {
        @Test
        void fastProviderIsAtFullSpeedWithinTenSeconds() {
            var simulation =
                    simulated(
                            SimulatedProvider.unlimited(Duration.ofMillis(100)),
                            SECOND.multipliedBy(10));

            assertThat(simulation.limit().window()).isEqualTo(AdaptiveSimulation.BOUND);
        }

        @Test
        void slowProviderIsAtFullSpeedWithinTenSeconds() {
            var simulation =
                    simulated(SimulatedProvider.unlimited(MINUTE), SECOND.multipliedBy(10));

            assertThat(simulation.limit().window()).isEqualTo(AdaptiveSimulation.BOUND);
        }

        @Test
        void longAnswersDoNotShrinkTheWindow() {
            var limit = new AdaptiveLimit(50, 0);
            long now = 0;
            for (int tokens : new int[] {100, 10_000}) {
                for (int i = 0; i < 1_000; i++) {
                    start(limit, 50, now);
                    long took = tokens * Duration.ofMillis(20).toNanos();
                    now += took / 50;
                    limit.onEnded(new CallEnd(Kind.ANSWERED, now - took, now, 0, tokens));
                }
            }

            assertThat(limit.window()).isEqualTo(50);
        }

        @Test
        void isolatedRefusalsDoNotSlowTheModel() {
            var provider = SimulatedProvider.unlimited(ANSWER).refusing(0.01, SECOND, 7);
            var simulation = simulated(provider, MINUTE);

            assertThat(simulation.limit().perSecond()).isZero();
            assertThat(simulation.acceptedPerSecond(30, 60)).isGreaterThan(950);
        }
    }

    private static void start(AdaptiveLimit limit, int calls, long now) {
        for (int i = 0; i < calls && limit.waitNanos(now) == 0; i++) {
            limit.onStarted(now);
        }
    }

    @Nested
    class AtALimitOfFiftyCallsPerSecond {
        static Stream<Arguments> providers() {
            return Stream.of(
                    Arguments.of(
                            "a window of a minute that names its wait",
                            SimulatedProvider.strictWindow(3_000, MINUTE, ANSWER, true)),
                    Arguments.of(
                            "a window of a minute",
                            SimulatedProvider.strictWindow(3_000, MINUTE, ANSWER, false)),
                    Arguments.of(
                            "a window of a second that names its wait",
                            SimulatedProvider.strictWindow(50, SECOND, ANSWER, true)),
                    Arguments.of(
                            "a window of a second",
                            SimulatedProvider.strictWindow(50, SECOND, ANSWER, false)),
                    Arguments.of(
                            "a bucket of a minute",
                            SimulatedProvider.bucket(PER_SECOND, 3_000, ANSWER)),
                    Arguments.of(
                            "a small bucket", SimulatedProvider.bucket(PER_SECOND, 5, ANSWER)));
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("providers")
        void limitIsFoundWithinAMinuteAndUsed(String name, SimulatedProvider provider) {
            var simulation = simulated(provider, MINUTE.multipliedBy(6));

            assertThat(simulation.refused(0, 60)).as("refused meanwhile").isLessThan(500);
            assertThat(simulation.acceptedPerSecond(60, 360)).isGreaterThan(PER_SECOND * 0.94);
            assertThat(simulation.refused(60, 360) / (5 * 3_000.0))
                    .as("share of refused calls")
                    .isLessThan(0.025);
        }
    }

    @ParameterizedTest
    @CsvSource({"50, 0.08", "500, 0.05"})
    void fastAnswersHideNoLimitFromTheStart(int perSecond, double mostRefused) {
        var fast = Duration.ofMillis(100);
        var simulation =
                simulated(
                        SimulatedProvider.bucket(perSecond, perSecond, fast),
                        SECOND.multipliedBy(30));

        assertThat(simulation.acceptedPerSecond(5, 30)).isGreaterThan(0.9 * perSecond);
        assertThat(simulation.refused(0, 30) / (30.0 * perSecond)).isLessThan(mostRefused);
    }

    @Test
    void limitOfAMinuteIsProbedByCallsAndNotByTime() {
        var provider = SimulatedProvider.strictWindow(60, MINUTE, ANSWER, true);
        var simulation = simulated(provider, MINUTE.multipliedBy(20));

        assertThat(simulation.acceptedPerSecond(120, 1_200)).isGreaterThan(0.95);
        assertThat(simulation.refused(120, 1_200) / 1_080.0).isLessThan(0.08);
    }

    @Test
    void muchHigherLimitIsFoundWithinTenSeconds() {
        var simulation = simulated(SimulatedProvider.bucket(500, 50, ANSWER), MINUTE);

        assertThat(simulation.acceptedPerSecond(10, 60)).isGreaterThan(450);
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 500, 2_000})
    void timeInWhichAllCallsAreRefusedIsNoLimit(int millis) {
        long end = 20 * SECOND.toNanos();
        var took = Duration.ofMillis(millis);
        var simulation =
                simulated(
                        (_, now) -> now < end ? Answer.refusedAfter(took) : Answer.accepted(took),
                        MINUTE);

        assertThat(simulation.acceptedPerSecond(50, 60)).isGreaterThan(900);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void limitOfAFewCallsAMinuteIsFound(boolean saysWait) {
        var simulation =
                simulated(
                        SimulatedProvider.strictWindow(5, MINUTE, ANSWER, saysWait),
                        MINUTE.multipliedBy(6));

        assertThat(simulation.acceptedPerSecond(0, 360) * 60).isBetween(4.9, 5.1);
        assertThat(simulation.refused(0, 120)).as("refused meanwhile").isLessThan(150);
        assertThat(simulation.refused(120, 360) / 4).as("each minute").isLessThan(15);
    }

    @Test
    void limitOfCallsInFlightIsUsed() {
        var simulation =
                simulated(SimulatedProvider.concurrency(100, ANSWER), MINUTE.multipliedBy(6));

        assertThat(simulation.acceptedPerSecond(60, 360)).isGreaterThan(PER_SECOND * 0.9);
        assertThat(simulation.refused(0, 360)).isLessThan(300);
    }

    @Test
    void callsThatAProviderQueuesReduceTheCallsInFlight() {
        var simulation =
                simulated(
                        SimulatedProvider.queue(256, Duration.ofSeconds(10)),
                        MINUTE.multipliedBy(10));

        assertThat(simulation.limit().window()).isBetween(256, 1_300);
    }

    @Test
    void waitOfARandomRefusalHoldsBackNoOtherCall() {
        var provider = SimulatedProvider.unlimited(ANSWER).refusing(0.05, MINUTE, 3);
        var simulation = simulated(provider, MINUTE);

        assertThat(simulation.refused(30, 60)).isGreaterThan(500);
        assertThat(simulation.acceptedPerSecond(30, 60)).isGreaterThan(900);
    }

    @Nested
    class AfterARefusal {
        private final AdaptiveLimit limit = new AdaptiveLimit(100, 0);

        AfterARefusal() {
            start(limit, 100, 0);
        }

        private void refuse(int calls, Duration wait) {
            for (int i = 0; i < calls; i++) {
                limit.onEnded(new CallEnd(Kind.THROTTLED, 0, 1_000_000, wait.toNanos(), 0));
            }
        }

        @Test
        void refusalsOfCallsThatWereUnderWayDecreaseTheRateOnce() {
            refuse(6, Duration.ofSeconds(1));
            double once = limit.perSecond();
            refuse(4, Duration.ofSeconds(1));

            assertThat(once).isPositive();
            assertThat(limit.perSecond()).isEqualTo(once);
        }

        @Test
        void noCallStartsDuringTheWaitThatTheProviderAsksFor() {
            refuse(10, Duration.ofSeconds(7));

            assertThat(limit.waitNanos(1_000_000)).isEqualTo(Duration.ofSeconds(7).toNanos());
        }

        @Test
        void waitOfADayIsCheckedAfterAMinute() {
            refuse(10, Duration.ofDays(1));

            assertThat(limit.waitNanos(1_000_000)).isEqualTo(MINUTE.toNanos());
        }

        @Test
        void rateThatHoldsNothingBackDoesNotGrow() {
            refuse(10, Duration.ofMillis(100));
            double before = limit.perSecond();
            for (int second = 1; second < 100; second++) {
                limit.waitNanos(second * SECOND.toNanos());
            }

            assertThat(limit.perSecond()).isEqualTo(before);
        }

        @Test
        void withdrawnCallDelaysNoOther() {
            refuse(10, Duration.ofMillis(100));
            long later = SECOND.toNanos();
            long before = limit.waitNanos(later);
            limit.onStarted(later);
            limit.onWithdrawn(later);

            assertThat(limit.waitNanos(later)).isEqualTo(before);
        }
    }

    @Nested
    class OneCallAtATime {
        private final AdaptiveLimit limit = new AdaptiveLimit(100, 0);
        private long now;

        /** Waits for room, makes a call of 100 ms, and returns the wait. */
        private Duration call(Kind kind) {
            long before = now;
            for (long wait = limit.waitNanos(now); wait > 0; wait = limit.waitNanos(now)) {
                now += wait;
            }
            long started = now;
            limit.onStarted(started);
            now += SECOND.toNanos() / 10;
            limit.onEnded(new CallEnd(kind, started, now, 0, 20));
            return Duration.ofNanos(started - before);
        }

        private void refuseSix() {
            for (int i = 0; i < 6; i++) {
                call(Kind.THROTTLED);
                now += SECOND.toNanos();
            }
        }

        @Test
        void aFewRefusalsAreForgottenAfterAnIdleTime() {
            refuseSix();
            now += MINUTE.toNanos();

            for (int i = 0; i < 20; i++) {
                assertThat(call(Kind.ANSWERED)).isZero();
            }
        }

        @Test
        void acceptedCallsEndTheWaitOfAFewRefusals() {
            refuseSix();
            Duration waits = Duration.ZERO;
            for (int i = 0; i < 10; i++) {
                waits = waits.plus(call(Kind.ANSWERED));
            }

            assertThat(waits).isLessThan(Duration.ofSeconds(10));
            assertThat(call(Kind.ANSWERED)).isZero();
        }

        @Test
        void acceptedCallsEndTheWaitOfRefusalsThatLasted() {
            call(Kind.ANSWERED);
            for (int backoff : new int[] {1, 1, 2, 4, 8, 8}) {
                call(Kind.THROTTLED);
                now += backoff * SECOND.toNanos();
            }
            Duration waits = Duration.ZERO;
            for (int i = 0; i < 10; i++) {
                waits = waits.plus(call(Kind.ANSWERED));
            }

            assertThat(waits).isLessThan(Duration.ofSeconds(10));
            assertThat(call(Kind.ANSWERED)).isZero();
        }

        @Test
        void refusalsBetweenManyAcceptedCallsAreNoLimit() {
            for (int i = 0; i < 30; i++) {
                call(Kind.ANSWERED);
                now += SECOND.toNanos() / 2;
            }
            for (int backoff : new int[] {1, 1, 2, 4, 8, 8}) {
                call(Kind.THROTTLED);
                now += backoff * SECOND.toNanos();
            }
            for (int i = 0; i < 5; i++) {
                assertThat(call(Kind.ANSWERED)).isLessThanOrEqualTo(SECOND);
            }

            assertThat(call(Kind.ANSWERED)).isZero();
        }

        @Test
        void theWaitThatTheProviderAsksForIsNoIdleTime() {
            while (limit.waitNanos(now) == 0) {
                long started = now;
                limit.onStarted(started);
                now += SECOND.toNanos() / 10;
                limit.onEnded(new CallEnd(Kind.THROTTLED, started, now, MINUTE.toNanos() / 2, 0));
            }
            now += MINUTE.toNanos() / 3;

            assertThat(limit.waitNanos(now)).isPositive();
        }
    }
}
