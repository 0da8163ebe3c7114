package dev.millrace.worker.breaker;

import static dev.millrace.worker.breaker.TestBreakers.MODEL;
import static dev.millrace.worker.breaker.TestBreakers.OPEN_FOR;
import static dev.millrace.worker.breaker.TestBreakers.answered;
import static dev.millrace.worker.breaker.TestBreakers.failed;
import static dev.millrace.worker.breaker.TestBreakers.timedOut;
import static dev.millrace.worker.breaker.TestBreakers.unavailable;
import static dev.millrace.worker.breaker.TestBreakers.unknownModel;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.worker.answer.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final TestBreakers test = new TestBreakers();

    @Nested
    class AClosedBreaker {
        @Test
        void breakerOpensWhenTooManyCallsFail() {
            test.call(MODEL, 5, answered());
            test.call(MODEL, 4, unavailable());
            assertThat(test.permits(MODEL)).isTrue();

            test.call(MODEL, 1, unavailable());
            assertThat(test.waitNanos(MODEL)).isEqualTo(OPEN_FOR.toNanos());
        }

        @Test
        void breakerOpensWhenTooManyCallsAreSlow() {
            for (int i = 0; i < 10; i++) {
                assertThat(test.permits(MODEL)).isTrue();
                test.start(MODEL).end(answered(), Duration.ofSeconds(2));
            }

            assertThat(test.permits(MODEL)).isFalse();
            assertThat(test.breakers.open())
                    .singleElement()
                    .extracting(OpenBreaker::reason)
                    .isEqualTo("too many calls are slow");
        }

        @Test
        void slowTrialsOpenTheBreakerAgain() {
            test.call(MODEL, 10, unavailable());
            test.advance(OPEN_FOR);
            for (int i = 0; i < 3; i++) {
                assertThat(test.permits(MODEL)).isTrue();
                test.start(MODEL).end(answered(), Duration.ofSeconds(2));
            }

            assertThat(test.waitNanos(MODEL)).isEqualTo(OPEN_FOR.multipliedBy(2).toNanos());
        }

        @Test
        void failureAndNoAnswerIsTheCause() {
            for (int i = 0; i < 11; i++) {
                assertThat(test.permits(MODEL)).isTrue();
                test.call(MODEL, 1, i % 2 == 0 ? unavailable() : answered());
            }

            assertThat(test.breakers.open())
                    .singleElement()
                    .extracting(OpenBreaker::error)
                    .isEqualTo(ErrorCode.SERVER_ERROR);
        }

        @Test
        void almostIdleModelOpensAfterFiveFailuresInARow() {
            for (int i = 0; i < 5; i++) {
                assertThat(test.permits(MODEL)).isTrue();
                test.advance(Duration.ofSeconds(1));
                test.call(MODEL, 1, unavailable());
            }

            assertThat(test.permits(MODEL)).isFalse();
        }

        @Test
        void failuresOfTheRequestDoNotOpenTheBreaker() {
            test.call(MODEL, 100, failed(ErrorCode.VALIDATION_ERROR, 400));
            test.call(MODEL, 100, failed(ErrorCode.RATE_LIMIT_EXCEEDED, 429));

            assertThat(test.permits(MODEL)).isTrue();
        }
    }

    @Nested
    class QuickFailuresBesideSlowCalls {
        /** Lets a call fail at once, and time pass. */
        private void failQuickly(int calls) {
            for (int i = 0; i < calls; i++) {
                test.call(MODEL, 1, unavailable());
                test.advance(Duration.ofSeconds(1));
            }
        }

        private List<TestBreakers.Call> start(int calls) {
            return Stream.generate(() -> test.start(MODEL)).limit(calls).toList();
        }

        private void failAll(List<TestBreakers.Call> calls) {
            calls.forEach(it -> it.end(timedOut(), MINUTE));
        }

        @Test
        void callsInFlightThatStartedBeforeAFailureExcuseIt() {
            for (int i = 0; i < 50; i++) {
                start(4);
                failQuickly(1);
            }

            assertThat(test.permits(MODEL)).isTrue();
        }

        @Test
        void callsInFlightFromBeforeAnOutageDoNotDelayTheOpening() {
            start(50);
            failQuickly(4);
            assertThat(test.permits(MODEL)).isTrue();

            failQuickly(1);
            assertThat(test.permits(MODEL)).isFalse();
        }

        @Test
        void answersFromBeforeAnOutageDoNotDelayTheOpening() {
            var early = start(50);
            for (int i = 0; i < 5; i++) {
                failQuickly(1);
                early.get(i).end(answered(), MINUTE);
            }

            assertThat(test.permits(MODEL)).isFalse();
        }

        @Test
        void youngCallsInFlightDoNotExcuseSlowFailures() {
            var hanging = start(5);
            test.advance(MINUTE);
            start(50);
            failAll(hanging);

            assertThat(test.permits(MODEL)).isFalse();
        }

        @Test
        void outageThatIsOverDoesNotOpenTheBreaker() {
            var hanging = start(10);
            test.advance(MINUTE.minusSeconds(10));
            test.call(MODEL, 11, answered());
            test.advance(Duration.ofSeconds(10));
            failAll(hanging);

            assertThat(test.permits(MODEL)).isTrue();
        }

        @Test
        void slowCallsThatEndAfterQuickOnesAreNoMoreThanTheirShare() {
            var slow = new ArrayList<TestBreakers.Call>();
            var quick = new ArrayList<TestBreakers.Call>();
            for (int i = 0; i < 20; i++) {
                slow.add(test.start(MODEL));
                quick.add(test.start(MODEL));
            }
            quick.forEach(it -> it.end(answered()));
            test.advance(Duration.ofSeconds(2));
            slow.forEach(it -> it.end(answered(), Duration.ofSeconds(2)));

            assertThat(test.permits(MODEL)).isTrue();
        }
    }

    @Nested
    class ABreakerThatOpenedByChance {
        private final TestBreakers.Call before;
        private final TestBreakers.Call later;

        ABreakerThatOpenedByChance() {
            test.call(MODEL, 15, answered());
            before = test.start(MODEL);
            for (int i = 0; i < 4; i++) {
                test.call(MODEL, 1, unavailable());
                test.advance(Duration.ofSeconds(1));
            }
            var last = test.start(MODEL);
            later = test.start(MODEL);
            last.end(unavailable());
        }

        @Test
        void successOfACallThatStartedLaterClosesItAtOnce() {
            assertThat(test.permits(MODEL)).isFalse();
            later.end(answered());

            assertThat(test.permits(MODEL)).isTrue();
        }

        @Test
        void successOfACallThatStartedEarlierDoesNotCloseIt() {
            before.end(answered(), MINUTE);

            assertThat(test.permits(MODEL)).isFalse();
        }

        @Test
        void firstGoodTrialClosesIt() {
            test.advance(OPEN_FOR);
            test.call(MODEL, 1, answered());

            assertThat(test.breakers.open()).isEmpty();
        }

        @Test
        void onlyTrialsCloseItOnceOneHasFailed() {
            test.advance(OPEN_FOR);
            test.call(MODEL, 1, unavailable());
            later.end(answered(), OPEN_FOR);
            test.advance(OPEN_FOR.multipliedBy(2));
            test.call(MODEL, 2, answered());
            assertThat(test.breakers.open()).hasSize(1);

            test.call(MODEL, 1, answered());
            assertThat(test.breakers.open()).isEmpty();
        }
    }

    @Nested
    class ABreakerWithAFailureRateOfAHundred {
        private final TestBreakers test = new TestBreakers(TestBreakers.settings(100));

        @Test
        void failuresNeverOpenTheBreaker() {
            for (int i = 0; i < 100; i++) {
                test.advance(Duration.ofSeconds(1));
                test.call(MODEL, 1, unavailable());
            }

            assertThat(test.permits(MODEL)).isTrue();
        }

        @Test
        void unknownModelOpensTheBreakerAtOnce() {
            test.call(MODEL, 1, unknownModel());

            assertThat(test.permits(MODEL)).isFalse();
        }

        @Test
        void failedTrialOpensTheBreakerAgain() {
            test.call(MODEL, 1, unknownModel());
            test.advance(OPEN_FOR);
            test.call(MODEL, 1, unavailable());

            assertThat(test.waitNanos(MODEL)).isEqualTo(OPEN_FOR.multipliedBy(2).toNanos());
        }
    }

    @Nested
    class AnOpenBreaker {
        AnOpenBreaker() {
            test.call(MODEL, 1, unknownModel());
        }

        @Test
        void breakerPermitsNoCallUntilItsTimeIsOver() {
            test.advance(OPEN_FOR.minusNanos(1));
            assertThat(test.waitNanos(MODEL)).isEqualTo(1);

            test.advance(Duration.ofNanos(1));
            assertThat(test.permits(MODEL)).isTrue();
        }

        @Test
        void trialCallsRunOneAtATime() {
            test.advance(OPEN_FOR);
            var trial = test.start(MODEL);
            assertThat(test.waitNanos(MODEL)).isEqualTo(Long.MAX_VALUE);

            trial.end(answered());
            assertThat(test.permits(MODEL)).isTrue();
        }

        @Test
        void threeGoodTrialsCloseTheBreaker() {
            test.advance(OPEN_FOR);
            test.call(MODEL, 2, answered());
            assertThat(test.breakers.open()).hasSize(1);

            test.call(MODEL, 1, answered());
            assertThat(test.breakers.open()).isEmpty();
        }

        @Test
        void eachFailedTrialDoublesTheTimeUpToTenfold() {
            for (int factor : new int[] {1, 2, 4, 8, 10, 10}) {
                assertThat(test.waitNanos(MODEL))
                        .isEqualTo(OPEN_FOR.multipliedBy(factor).toNanos());
                test.advance(OPEN_FOR.multipliedBy(factor));
                test.call(MODEL, 1, unknownModel());
            }
        }

        @Test
        void failureAfterAGoodTrialOpensTheBreakerAgain() {
            test.advance(OPEN_FOR);
            test.call(MODEL, 2, answered());
            test.call(MODEL, 1, unavailable());

            assertThat(test.waitNanos(MODEL)).isEqualTo(OPEN_FOR.multipliedBy(2).toNanos());
        }

        @Test
        void cancelledTrialLeavesRoomForAnother() {
            test.advance(OPEN_FOR);
            test.start(MODEL).cancel();

            assertThat(test.permits(MODEL)).isTrue();
            test.call(MODEL, 3, answered());
            assertThat(test.breakers.open()).isEmpty();
        }

        @Test
        void trialThatSaysNothingAboutTheModelIsRepeated() {
            test.advance(OPEN_FOR);
            for (int i = 0; i < 5; i++) {
                test.call(MODEL, 1, Verdict.unsent(ErrorCode.DEADLINE_EXCEEDED, "test"));
                assertThat(test.permits(MODEL)).isTrue();
            }
        }
    }

    @Nested
    class ACallFromAnEarlierState {
        @Test
        void callStartedBeforeTheBreakerOpenedIsNoTrial() {
            var early = test.start(MODEL);
            test.call(MODEL, 1, unknownModel());
            test.advance(OPEN_FOR);
            var trial = test.start(MODEL);

            early.end(unknownModel(), OPEN_FOR);
            trial.end(answered());
            test.call(MODEL, 2, answered());
            assertThat(test.breakers.open()).isEmpty();
        }

        @Test
        void callStartedBeforeTheBreakerClosedDoesNotOpenItAgain() {
            var early = test.start(MODEL);
            test.call(MODEL, 1, unknownModel());
            test.advance(OPEN_FOR);
            test.call(MODEL, 3, answered());
            test.advance(Duration.ofSeconds(1));

            early.end(unknownModel(), OPEN_FOR.plusSeconds(1));
            assertThat(test.permits(MODEL)).isTrue();
        }
    }
}
