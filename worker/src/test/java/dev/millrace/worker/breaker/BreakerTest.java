package dev.millrace.worker.breaker;

import static dev.millrace.worker.breaker.TestBreakers.MODEL;
import static dev.millrace.worker.breaker.TestBreakers.OPEN_FOR;
import static dev.millrace.worker.breaker.TestBreakers.answered;
import static dev.millrace.worker.breaker.TestBreakers.failed;
import static dev.millrace.worker.breaker.TestBreakers.unavailable;
import static dev.millrace.worker.breaker.TestBreakers.unknownModel;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.worker.answer.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BreakerTest {
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
        void anAnswerThatFillsTheWindowIsNotTheCause() {
            for (int i = 0; i < 10; i++) {
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
