package dev.millrace.worker.prompt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WarmPromptsTest {
    private static final String INSTRUCTIONS = "x".repeat(5_000);
    private static final Duration COLD = Duration.ofSeconds(2);

    private final WarmPrompts prompts =
            new WarmPrompts(
                    Map.of(
                            "old", rule("openai", "gpt-4.1"),
                            "new", rule("openai", "gpt-5.6"),
                            "claude", rule("anthropic", "claude-sonnet-5"),
                            "deepseek", rule("deepseek", "deepseek-chat")));

    /** Begins before the ticker overflows. */
    private long now = Long.MAX_VALUE - 1_000;

    private static PromptCacheRule rule(String provider, String model) {
        return PromptCacheRule.of(provider, model).orElseThrow();
    }

    private SharedPrompt prompt(String model) {
        return prompt(model, INSTRUCTIONS);
    }

    private SharedPrompt prompt(String model, String instructions) {
        return body(
                model,
                "{\"messages\":[{\"role\":\"system\",\"content\":\""
                        + instructions
                        + "\"},{\"role\":\"user\",\"content\":\"q\"}]}");
    }

    private SharedPrompt body(String model, String body) {
        byte[] record = ("{\"body\":" + body + "}").getBytes(UTF_8);
        return Objects.requireNonNull(prompts.of(model, "t", record, now));
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private SharedPrompt started(String model) {
        SharedPrompt prompt = prompt(model);
        prompt.onStarted(0, now);
        return prompt;
    }

    /** Lets a call of a group take the usual time. */
    private void warm(String model) {
        SharedPrompt leader = started(model);
        pass(COLD);
        leader.onAnswered(COLD, COLD, now);
    }

    private long waitMillis(SharedPrompt prompt) {
        return Duration.ofNanos(prompt.waitNanos(0, now)).toMillis();
    }

    @Nested
    class WhileAPrefixIsCold {
        @Test
        void firstCallStartsAndTheOthersWait() {
            assertThat(waitMillis(prompt("old"))).isZero();
            SharedPrompt leader = started("old");

            assertThat(waitMillis(leader)).isZero();
            assertThat(waitMillis(prompt("old"))).isEqualTo(10_000);
            assertThat(waitMillis(prompt("old", "y".repeat(5_000)))).isZero();
        }

        @Test
        void othersWaitAtMostAsLongAsSuchCallsTake() {
            warm("old");
            SharedPrompt other = prompt("old", "y".repeat(5_000));
            other.onStarted(0, now);
            SharedPrompt follower = prompt("old", "y".repeat(5_000));

            assertThat(waitMillis(follower)).isEqualTo(2_000);
            pass(COLD);
            assertThat(waitMillis(follower)).isZero();
        }

        @Test
        void othersStartWhenTheFirstCallIsAnswered() {
            SharedPrompt leader = started("old");
            pass(COLD);
            assertThat(prompts.takeReleased()).isFalse();
            leader.onAnswered(COLD, COLD, now);

            assertThat(prompts.takeReleased()).isTrue();
            assertThat(prompts.takeReleased()).isFalse();
            assertThat(waitMillis(prompt("old"))).isZero();
        }

        @Test
        void slowLeaderIsMeasuredEvenIfAnotherCallIsAnsweredBefore() {
            SharedPrompt leader = started("old");
            pass(Duration.ofSeconds(10));
            SharedPrompt follower = started("old");
            pass(Duration.ofSeconds(5));
            follower.onAnswered(Duration.ofSeconds(5), Duration.ofSeconds(5), now);
            pass(Duration.ofSeconds(15));
            leader.onAnswered(Duration.ofSeconds(30), Duration.ofSeconds(30), now);

            prompt("old", "y".repeat(5_000)).onStarted(0, now);

            assertThat(waitMillis(prompt("old", "y".repeat(5_000)))).isEqualTo(30_000);
        }

        @Test
        void failedCallHandsOverAndLengthensNoWait() {
            SharedPrompt leader = started("old");
            SharedPrompt follower = prompt("old");
            pass(Duration.ofSeconds(6));
            leader.onFailed(now);

            assertThat(prompts.takeReleased()).isTrue();
            assertThat(waitMillis(follower)).isZero();
            started("old");
            assertThat(waitMillis(follower)).isEqualTo(4_000);
        }

        @Test
        void timeBetweenTwoLeadersDoesNotCount() {
            SharedPrompt leader = started("old");
            SharedPrompt follower = prompt("old");
            pass(Duration.ofSeconds(1));
            leader.onFailed(now);

            pass(Duration.ofSeconds(20));
            assertThat(waitMillis(follower)).isZero();
            started("old");

            assertThat(waitMillis(follower)).isEqualTo(9_000);
        }

        @Test
        void leadersThatFailAreForgottenWhenThePrefixWouldBe() {
            SharedPrompt leader = started("old");
            pass(Duration.ofSeconds(10));
            leader.onFailed(now);

            pass(Duration.ofMinutes(6));
            started("old");

            assertThat(waitMillis(prompt("old"))).isEqualTo(10_000);
        }

        @Test
        void leaderThatEndsInThisWorkerHandsOver() {
            SharedPrompt leader = started("old");
            SharedPrompt follower = prompt("old");
            leader.onEnded(now);

            assertThat(waitMillis(follower)).isZero();
        }

        @Test
        void nobodyWaitsAtAProviderWhoseFirstCallCannotBeRead() {
            started("deepseek");

            assertThat(waitMillis(prompt("deepseek"))).isZero();
        }
    }

    @Nested
    class WhileAPrefixIsWarm {
        @Test
        void useProlongsIt() {
            warm("old");
            pass(Duration.ofMinutes(4));
            started("old").onAnswered(COLD, COLD, now);
            pass(Duration.ofMinutes(4));
            started("old");

            assertThat(waitMillis(prompt("old"))).isZero();
        }

        @Test
        void callsThatAreRefusedDoNotProlongIt() {
            warm("old");
            for (int i = 0; i < 3; i++) {
                pass(Duration.ofMinutes(4));
                started("old").onFailed(now);
            }
            started("old");

            assertThat(waitMillis(prompt("old"))).isEqualTo(2_000);
        }

        @Test
        void prefixThatNobodyUsesGetsCold() {
            warm("old");
            pass(Duration.ofMinutes(5).minus(COLD));
            started("old");

            assertThat(waitMillis(prompt("old"))).isEqualTo(2_000);
        }
    }

    @Nested
    class WhenOneKeyHasItsCallsOfAMinute {
        private static final int MOST = 15;

        private void fillFirstKey() {
            warm("old");
            for (int i = 1; i < MOST; i++) {
                started("old");
            }
        }

        @Test
        void oneCallWarmsTheNextKey() {
            fillFirstKey();

            assertThat(waitMillis(prompt("old"))).isZero();
            SharedPrompt leader = started("old");
            assertThat(waitMillis(prompt("old"))).isEqualTo(2_000);
            leader.onAnswered(COLD, COLD, now);
            assertThat(waitMillis(prompt("old"))).isZero();
        }

        @Test
        void answerWithTheFirstKeyDoesNotWarmTheNextOne() {
            warm("old");
            SharedPrompt last = null;
            for (int i = 1; i < MOST; i++) {
                last = started("old");
            }
            started("old");
            Objects.requireNonNull(last).onAnswered(COLD, COLD, now);

            assertThat(waitMillis(prompt("old"))).isEqualTo(2_000);
        }

        @Test
        void firstKeyIsStillWarmInTheNextMinute() {
            fillFirstKey();
            started("old");
            pass(Duration.ofMinutes(1));

            assertThat(waitMillis(prompt("old"))).isZero();
            started("old");
            assertThat(waitMillis(prompt("old"))).isZero();
        }
    }

    @Nested
    class WithAnotherApiKey {
        private static final int OTHER_KEY = 1;

        private long waitMillisWithOtherKey() {
            return Duration.ofNanos(prompt("old").waitNanos(OTHER_KEY, now)).toMillis();
        }

        @Test
        void oneCallWarmsItsAccountToo() {
            warm("old");
            assertThat(waitMillisWithOtherKey()).isZero();
            SharedPrompt leader = prompt("old");
            leader.onStarted(OTHER_KEY, now);

            assertThat(waitMillisWithOtherKey()).isEqualTo(2_000);
            assertThat(waitMillis(prompt("old"))).isZero();
            leader.onAnswered(COLD, COLD, now);
            assertThat(waitMillisWithOtherKey()).isZero();
        }

        @Test
        void itsCallsOfAMinuteAreCountedApart() {
            warm("old");
            for (int i = 1; i < 15; i++) {
                started("old");
            }
            SharedPrompt leader = prompt("old");
            leader.onStarted(OTHER_KEY, now);

            assertThat(leader.nextFields().atTop().values()).allMatch(it -> it.endsWith("-0\""));
        }
    }

    @Nested
    class TheFields {
        private static final String KEY = "prompt_cache_key";

        private PromptFields next(SharedPrompt prompt) {
            prompt.onStarted(0, now);
            return prompt.nextFields();
        }

        private Set<String> keysOf(int calls) {
            var keys = new HashSet<String>();
            for (int i = 0; i < calls; i++) {
                keys.add(next(prompt("old")).atTop().get(KEY));
            }
            return keys;
        }

        @Test
        void keysAreAsManyAsTheRateNeeds() {
            assertThat(keysOf(15)).hasSize(1);
            assertThat(keysOf(16)).hasSize(2);
            pass(Duration.ofMinutes(1));
            assertThat(keysOf(46)).hasSize(4);
        }

        @Test
        void keyNamesTheDigestOnly() {
            assertThat(next(prompt("old")).atTop().get(KEY)).matches("\"millrace-[0-9a-f]{32}-0\"");
        }

        @Test
        void ownFieldsOfTheBodyStayAlone() {
            String own = "{\"prompt_cache_key\":\"k\",\"system\":\"" + INSTRUCTIONS + "\"}";

            assertThat(next(body("old", own))).isEqualTo(PromptFields.NONE);
            assertThat(next(body("new", own))).isEqualTo(PromptFields.NONE);
        }

        @Test
        void singleJobGetsNoBreakpoint() {
            assertThat(next(prompt("claude"))).isEqualTo(PromptFields.NONE);
        }

        @Test
        void jobThatAnotherOneFollowsGetsABreakpoint() {
            SharedPrompt first = prompt("claude");
            SharedPrompt second = prompt("claude");

            assertThat(next(first).breakpoint()).isPresent();
            first.onAnswered(COLD, COLD, now);
            assertThat(next(second).breakpoint()).isPresent();
        }

        @Test
        void jobsThatAreCalledTooSeldomGetNone() {
            for (int i = 0; i < 4; i++) {
                prompt("claude");
            }
            assertThat(next(prompt("claude")).breakpoint()).isPresent();

            pass(Duration.ofMinutes(6));
            assertThat(next(prompt("claude")).breakpoint()).isEmpty();

            pass(Duration.ofMinutes(4));
            assertThat(next(prompt("claude")).breakpoint()).isPresent();
        }

        @Test
        void jobsAfterAnEmptyQueueGetABreakpoint() {
            next(prompt("claude"));

            pass(Duration.ofMinutes(6));
            prompt("claude");
            assertThat(next(prompt("claude")).breakpoint()).isPresent();
        }

        @Test
        void jobAfterACallWithoutABreakpointGetsNone() {
            SharedPrompt first = prompt("claude");
            prompt("claude").onEnded(now);
            assertThat(next(first).breakpoint()).isEmpty();
            first.onAnswered(COLD, COLD, now);

            assertThat(next(prompt("claude")).breakpoint()).isEmpty();
        }

        @Test
        void jobWhoseCallIsWithdrawnIsQueuedAgain() {
            SharedPrompt first = prompt("claude");
            first.onStarted(0, now);
            first.onWithdrawn(now);

            assertThat(next(prompt("claude")).breakpoint()).isPresent();
        }

        @Test
        void nobodyWaitsForACallThatWritesNothing() {
            started("claude");

            assertThat(waitMillis(prompt("claude"))).isZero();
        }

        @Test
        void oneShotPromptIsNotWrittenWhereWritingCosts() {
            String question =
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"" + INSTRUCTIONS + "\"}]}";

            PromptFields fields = next(body("new", question));

            assertThat(fields.atTop())
                    .containsExactly(Map.entry("prompt_cache_options", "{\"mode\":\"explicit\"}"));
            assertThat(fields.breakpoint()).isEmpty();
            assertThat(body("new", question).affinity()).isEmpty();
        }

        @Test
        void conversationMayBeWrittenByItsProvider() {
            String message = "{\"role\":\"user\",\"content\":\"" + INSTRUCTIONS + "\"}";

            assertThat(
                            next(body("new", "{\"messages\":[" + message + "," + message + "]}"))
                                    .atTop())
                    .containsOnlyKeys(KEY);
        }
    }

    @Test
    void recordsTooShortForTheCacheAreNotRead() {
        assertThat(prompts.of("old", "t", "{\"body\":{}}".getBytes(UTF_8), now)).isNull();
        assertThat(prompts.of("unknown", "t", new byte[100_000], now)).isNull();
    }
}
