package dev.millrace.worker.breaker;

import static dev.millrace.worker.breaker.TestBreakers.KEYS;
import static dev.millrace.worker.breaker.TestBreakers.MODEL;
import static dev.millrace.worker.breaker.TestBreakers.OPEN_FOR;
import static dev.millrace.worker.breaker.TestBreakers.OTHER;
import static dev.millrace.worker.breaker.TestBreakers.answered;
import static dev.millrace.worker.breaker.TestBreakers.failed;
import static dev.millrace.worker.breaker.TestBreakers.page;
import static dev.millrace.worker.breaker.TestBreakers.refused;
import static dev.millrace.worker.breaker.TestBreakers.rejectedKey;
import static dev.millrace.worker.breaker.TestBreakers.timedOut;
import static dev.millrace.worker.breaker.TestBreakers.unavailable;
import static dev.millrace.worker.breaker.TestBreakers.unknownModel;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BreakersTest {
    private final TestBreakers test = new TestBreakers();

    @Nested
    class TheKeys {
        @Test
        void callsUseTheKeysInTurn() {
            assertThat(test.start(MODEL).key).isEqualTo(0);
            assertThat(test.start(OTHER).key).isEqualTo(1);
            assertThat(test.start(MODEL).key).isEqualTo(0);
        }

        @ParameterizedTest
        @EnumSource(names = {"AUTHENTICATION_ERROR", "QUOTA_EXCEEDED"})
        void rejectedKeyIsSkippedWhileTheOthersContinue(ErrorCode error) {
            assertThat(test.start(MODEL).end(failed(error, 403)).excuse())
                    .isEqualTo(Excuse.OTHER_KEY);

            assertThat(test.start(MODEL).key).isEqualTo(1);
            assertThat(test.start(OTHER).key).isEqualTo(1);
            assertThat(test.breakers.heldBy(MODEL)).isEmpty();
            assertThat(test.breakers.open())
                    .singleElement()
                    .extracting(OpenBreaker::id)
                    .hasToString("key 1 of p");
        }

        @Test
        void keyWithoutRoomIsSkippedWhileAnotherHasRoom() {
            test.fullKey = 0;

            assertThat(test.start(MODEL).key).isEqualTo(1);
            assertThat(test.start(MODEL).key).isEqualTo(1);
        }

        @Test
        void callsWithAnAffinityUseOneKeyWhileItHasRoom() {
            test.affinity = OptionalLong.of(5);
            int key = test.start(MODEL).key;

            assertThat(test.start(MODEL).key).isEqualTo(key);
            assertThat(test.start(OTHER).key).isEqualTo(key);
            test.fullKey = key;
            assertThat(test.start(MODEL).key).isEqualTo(1 - key);
        }

        @Test
        void rejectedKeyIsNotUsedForWantOfRoom() {
            test.call(MODEL, 1, rejectedKey());
            test.fullKey = 1;

            assertThat(test.start(MODEL).key).isEqualTo(1);
        }

        @Test
        void allModelsOfTheProviderWaitWhenNoKeyIsLeft() {
            test.call(MODEL, KEYS, rejectedKey());

            assertThat(test.waitNanos(MODEL)).isEqualTo(OPEN_FOR.toNanos());
            assertThat(test.waitNanos(OTHER)).isEqualTo(OPEN_FOR.toNanos());
            assertThat(test.breakers.heldBy(OTHER))
                    .hasValueSatisfying(
                            it -> assertThat(it.error()).isEqualTo(ErrorCode.AUTHENTICATION_ERROR));
        }
    }

    @Nested
    class AnOnlyKeyThatServesAnotherModel {
        private final TestBreakers test = new TestBreakers(TestBreakers.settings(50), 1);

        private void closeWithCallsOf(Model model) {
            test.call(MODEL, 1, outOfCredit());
            test.advance(OPEN_FOR);
            test.call(model, 3, answered());
        }

        @Test
        void staysInUseWhenTheFirstModelIsRefusedAgain() {
            closeWithCallsOf(OTHER);

            test.call(MODEL, 1, outOfCredit());

            assertThat(test.permits(OTHER)).isTrue();
            assertThat(test.waitNanos(MODEL)).isEqualTo(OPEN_FOR.toNanos());
            assertThat(test.breakers.heldBy(MODEL))
                    .hasValueSatisfying(
                            it -> assertThat(it.error()).isEqualTo(ErrorCode.QUOTA_EXCEEDED));
        }

        /** Calls of the other model are no evidence about the job. */
        @Test
        void doesNotMakeTheJobGuilty() {
            var first = test.start(MODEL).end(outOfCredit());
            test.advance(OPEN_FOR);
            test.call(OTHER, 3, answered());

            var second = test.start(MODEL).end(outOfCredit());

            assertThat(Openings.NONE.and(first.opened()).and(second.opened()).isRepeated())
                    .isFalse();
            assertThat(second.excuse()).isEqualTo(Excuse.OPEN_BREAKER);
        }

        @Test
        void isStoppedForAllWhenTheModelThatClosedItIsRefused() {
            closeWithCallsOf(MODEL);

            test.call(MODEL, 1, outOfCredit());

            assertThat(test.permits(OTHER)).isFalse();
        }

        private static Verdict outOfCredit() {
            return TestBreakers.failed(ErrorCode.QUOTA_EXCEEDED, 402);
        }
    }

    @Nested
    class AReplacedKey {
        @Test
        void callsWithItContinueAtOnce() {
            test.call(MODEL, KEYS, rejectedKey());
            test.replaceKey(0);

            assertThat(test.start(MODEL).key).isEqualTo(0);
            assertThat(test.start(OTHER).key).isEqualTo(0);
            assertThat(test.breakers.open())
                    .singleElement()
                    .extracting(OpenBreaker::id)
                    .hasToString("key 2 of p");
        }

        @Test
        void reportsOfItsPredecessorSayNothingAboutIt() {
            var call = test.start(MODEL);
            test.advance(Duration.ofSeconds(1));
            test.replaceKey(0);
            test.advance(Duration.ofSeconds(1));

            var judgement = call.end(rejectedKey(), Duration.ofSeconds(2));
            assertThat(judgement.excuse()).isEqualTo(Excuse.OTHER_KEY);
            assertThat(test.breakers.open()).isEmpty();
        }

        @Test
        void rejectedKeyOpensItsBreakerAgain() {
            test.replaceKey(0);
            test.advance(Duration.ofSeconds(1));
            test.call(MODEL, 1, rejectedKey());

            assertThat(test.breakers.open()).hasSize(1);
        }
    }

    @Nested
    class AReset {
        @Test
        void closesTheBreakersOfTheModelItsProviderAndItsKeys() {
            test.call(MODEL, 1, unknownModel());
            test.call(OTHER, KEYS, rejectedKey());

            test.breakers.reset(MODEL.name());

            assertThat(test.breakers.open()).isEmpty();
            assertThat(test.permits(MODEL)).isTrue();
            assertThat(test.permits(OTHER)).isTrue();
        }

        @Test
        void leavesTheBreakersOfOtherModelsOpen() {
            test.call(MODEL, 1, unknownModel());

            test.breakers.reset(OTHER.name());

            assertThat(test.permits(MODEL)).isFalse();
        }

        @Test
        void modelWithoutCallsIsIgnored() {
            test.breakers.reset("unused");

            assertThat(test.breakers.open()).isEmpty();
        }
    }

    @Nested
    class AProvider {
        @Test
        void unreachableProviderHoldsBackAllItsModels() {
            test.call(MODEL, 10, refused());

            assertThat(test.permits(OTHER)).isFalse();
            assertThat(test.breakers.heldBy(OTHER).orElseThrow().id()).hasToString("provider p");
        }

        @Test
        void hangingTrialOfOneModelHoldsBackNoOtherModelForLong() {
            test.call(MODEL, 10, refused());
            test.advance(OPEN_FOR);
            var hanging = test.start(MODEL);
            assertThat(test.permits(OTHER)).isFalse();

            test.advance(Duration.ofSeconds(10));
            for (int i = 0; i < 3; i++) {
                assertThat(test.permits(OTHER)).isTrue();
                test.call(OTHER, 1, answered());
            }
            assertThat(test.breakers.open()).isEmpty();
            hanging.end(timedOut(), Duration.ofSeconds(60));
            assertThat(test.breakers.open()).isEmpty();
        }

        @Test
        void answersThatTakeLongerThanTheNextTrialWaitsCloseTheBreaker() {
            var trials = slowTrials(4);
            assertThat(test.breakers.open()).hasSize(1);
            trials.subList(0, 2).forEach(it -> it.end(answered(), Duration.ofMinutes(1)));
            assertThat(test.breakers.open()).hasSize(1);

            trials.get(2).end(answered(), Duration.ofMinutes(1));

            assertThat(test.breakers.open()).isEmpty();
            trials.get(3).end(refused(), Duration.ofMinutes(1));
            assertThat(test.breakers.open()).isEmpty();
        }

        @Test
        void failureOfAnEarlierTrialOpensTheBreakerAgain() {
            var trials = slowTrials(4);
            trials.get(0).end(refused());

            assertThat(test.waitNanos(MODEL)).isEqualTo(OPEN_FOR.multipliedBy(2).toNanos());
            trials.subList(1, 4).forEach(it -> it.end(answered(), Duration.ofMinutes(1)));
            assertThat(test.breakers.open()).hasSize(1);
        }

        /** Returns trials that start one after the other and do not end. */
        private List<TestBreakers.Call> slowTrials(int count) {
            test.call(MODEL, 10, refused());
            test.advance(OPEN_FOR);
            var trials = new ArrayList<TestBreakers.Call>();
            for (int i = 0; i < count; i++) {
                assertThat(test.permits(MODEL)).isTrue();
                trials.add(test.start(MODEL));
                test.advance(Duration.ofSeconds(10));
            }
            return trials;
        }

        @Test
        void callThatWasSentShowsThatTheProviderCanBeReached() {
            test.call(MODEL, 10, refused());
            test.advance(OPEN_FOR);
            test.call(MODEL, 3, timedOut());

            assertThat(test.permits(OTHER)).isTrue();
        }

        @Test
        void failingModelHoldsBackNoOtherModel() {
            test.call(MODEL, 10, unavailable());
            test.call(OTHER, 1, unknownModel());

            assertThat(test.breakers.open())
                    .extracting(it -> it.id().toString())
                    .containsExactly("model m", "model other");
        }
    }

    @Nested
    class AClosedKeptConnection {
        @Test
        void isNoFailure() {
            var closed =
                    new Verdict.Failed(
                            ErrorCode.CONNECTION_ERROR,
                            "test",
                            null,
                            null,
                            Billing.UNCERTAIN,
                            Verdict.Repetition.AT_ONCE);
            test.call(MODEL, 100, closed);

            assertThat(test.permits(MODEL)).isTrue();
        }
    }

    @Nested
    class APermanentRedirect {
        @ParameterizedTest
        @ValueSource(ints = {301, 308})
        void isTriedAgainAsSeldomAsAnyFailure(int status) {
            test.call(MODEL, 1, TestBreakers.failed(ErrorCode.MODEL_NOT_FOUND, status));

            assertThat(test.waitNanos(MODEL)).isEqualTo(OPEN_FOR.multipliedBy(10).toNanos());
            assertThat(test.permits(OTHER)).isTrue();
        }

        @Test
        void thatIsTemporaryIsTriedAgainAsUsual() {
            test.call(MODEL, 1, TestBreakers.failed(ErrorCode.MODEL_NOT_FOUND, 307));

            assertThat(test.waitNanos(MODEL)).isEqualTo(OPEN_FOR.toNanos());
        }
    }

    @Nested
    class TheJudgement {
        @Test
        void fatalFailureIsNotTheJobsFault() {
            var judgement = test.start(MODEL).end(unknownModel());

            assertThat(judgement.excuse()).isEqualTo(Excuse.OPEN_BREAKER);
            assertThat(judgement.opened()).hasSize(1);
        }

        @Test
        void temporaryFailureIsTheJobsUntilABreakerOpens() {
            for (int i = 0; i < 9; i++) {
                assertThat(test.start(MODEL).end(unavailable()).excuse()).isEqualTo(Excuse.NONE);
            }

            assertThat(test.start(MODEL).end(unavailable()).excuse())
                    .isEqualTo(Excuse.OPEN_BREAKER);
        }

        @ParameterizedTest
        @ValueSource(ints = {500, 504, 524})
        void someErrorsMayBeTheJobsFaultEvenWhileTheBreakerIsOpen(int status) {
            test.call(MODEL, 10, unavailable());
            test.advance(OPEN_FOR);

            var judgement = test.start(MODEL).end(failed(ErrorCode.SERVER_ERROR, status));
            assertThat(judgement.excuse()).isEqualTo(Excuse.NONE);
        }

        @Test
        void pageIsNotTheJobsFaultIfNoCallIsAnswered() {
            test.call(MODEL, 10, page());
            test.advance(OPEN_FOR);

            assertThat(test.start(MODEL).end(page()).excuse()).isEqualTo(Excuse.OPEN_BREAKER);
        }

        @Test
        void pageMayBeTheJobsFaultIfAnotherCallIsAnswered() {
            test.call(MODEL, 1, answered());
            test.call(MODEL, 8, page());

            assertThat(test.start(MODEL).end(page()).excuse()).isEqualTo(Excuse.NONE);
            assertThat(test.permits(MODEL)).isFalse();
            assertThat(test.permits(OTHER)).isTrue();
        }

        @Test
        void jobWhoseTrialFailedLeavesTheNextTrialToOthers() {
            test.call(MODEL, 1, unknownModel());
            test.advance(OPEN_FOR);

            var judgement = test.start(MODEL).end(unknownModel());
            assertThat(judgement.passNanos()).isGreaterThan(test.waitNanos(MODEL));
            assertThat(judgement.opened()).isEmpty();
        }
    }

    @Nested
    class TheMetrics {
        @Test
        void openBreakerIsAGaugeWithoutASecret() {
            test.call(MODEL, 1, rejectedKey());
            assertThat(open()).isEqualTo(1);
            assertThat(
                            test.registry
                                    .get("millrace.worker.breaker.opened")
                                    .tag("code", "authentication_error")
                                    .counter()
                                    .count())
                    .isEqualTo(1);

            test.advance(OPEN_FOR);
            test.call(MODEL, 6, answered());
            assertThat(open()).isEqualTo(0);
        }

        private double open() {
            return test.registry
                    .get("millrace.worker.breaker.open")
                    .tags("scope", "key", "provider", "p", "model", "", "key", "1")
                    .gauge()
                    .value();
        }
    }
}
