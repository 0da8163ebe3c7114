package dev.millrace.simulator.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.simulator.answer.Operation;
import dev.millrace.simulator.answer.PromptPrefixes;
import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.settings.SimulatorSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PromptCacheTest {
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-11-20T07:00:00Z"));

    /** 1,100 tokens: 1,024 and less than a step of 128. */
    private static final String SHARED = "s".repeat(4 * 1_100);

    /** Near the largest long, so that the ticker overflows. */
    private long nanos = Long.MAX_VALUE - 1_000_000;

    private Provider provider(String model) {
        SimulatorSettings settings =
                SimulatorSettings.parse(
                        "test",
                        "{\"models\":{\"*\":"
                                + model
                                + "},\"accounts\":{\"a\":{\"keys\":[\"sk-a\",\"sk-b\"]},"
                                + "\"other\":{\"keys\":[\"sk-other\"]}}}");
        return new Provider(
                settings, new TimeAndRandom(CLOCK, () -> nanos, new SplittableRandom(5)));
    }

    private void advance(Duration time) {
        nanos += time.toNanos();
    }

    private static Usage call(Provider provider, Operation operation, String key, String body) {
        Call call = new Call(provider.nextId(), operation, null, key, null);
        CallAction action = provider.plan(call, body.getBytes(StandardCharsets.UTF_8)).action();
        return ((CallAction.Deliver) action).usage();
    }

    @Nested
    class InSteps {
        private Provider provider =
                provider(
                        "{\"latency\":\"9s\",\"first_byte\":\"2s\","
                                + "\"prompt_cache\":{\"match\":\"blocks\",\"ttl\":\"5m\"}}");

        private Usage chat(String key, String system, String user, String extra) {
            return call(
                    provider,
                    Operation.CHAT_COMPLETIONS,
                    key,
                    "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\""
                            + system
                            + "\"},{\"role\":\"user\",\"content\":\""
                            + user
                            + "\"}]"
                            + extra
                            + "}");
        }

        private Usage chat(String system, String user) {
            return chat("sk-a", system, user, "");
        }

        private void warmUp() {
            chat(SHARED, "first");
            advance(Duration.ofSeconds(2));
        }

        @Test
        void sharedBeginningIsReadInStepsOf128Tokens() {
            warmUp();

            Usage second = chat(SHARED, "second");

            assertThat(second.cachedInput()).isEqualTo(1_024);
            assertThat(second.cacheWrite()).isZero();
        }

        @Test
        void firstCallReadsNothing() {
            assertThat(chat(SHARED, "first").cachedInput()).isZero();
        }

        @Test
        void prefixIsReadableFromTheFirstTokenOfItsWriter() {
            chat(SHARED, "first");
            advance(Duration.ofSeconds(2).minusNanos(1));
            assertThat(chat(SHARED, "second").cachedInput()).isZero();

            advance(Duration.ofNanos(1));
            assertThat(chat(SHARED, "third").cachedInput()).isEqualTo(1_024);
        }

        @Test
        void useProlongsTheLife() {
            warmUp();
            for (int i = 0; i < 3; i++) {
                advance(Duration.ofMinutes(4));
                assertThat(chat(SHARED, "user " + i).cachedInput()).isEqualTo(1_024);
            }

            advance(Duration.ofMinutes(5));

            assertThat(chat(SHARED, "late").cachedInput()).isZero();
        }

        @Test
        void shorterPromptIsNotCached() {
            String shorter = "s".repeat(4 * 1_000);
            chat(shorter, "first");
            advance(Duration.ofMinutes(1));

            assertThat(chat(shorter, "second").cachedInput()).isZero();
        }

        @Test
        void differenceInTheBeginningIsAMiss() {
            warmUp();

            assertThat(chat("x" + SHARED, "second").cachedInput()).isZero();
        }

        @Test
        void differentToolsAreAMiss() {
            warmUp();

            assertThat(
                            chat("sk-a", SHARED, "second", ",\"tools\":[{\"name\":\"t\"}]")
                                    .cachedInput())
                    .isZero();
        }

        @Test
        void keysOfOneAccountShareACacheAndAccountsDoNot() {
            warmUp();

            assertThat(chat("sk-b", SHARED, "second", "").cachedInput()).isEqualTo(1_024);
            assertThat(chat("sk-other", SHARED, "third", "").cachedInput()).isZero();
        }

        @Test
        void failedCallWritesNothing() {
            provider =
                    provider(
                            "{\"failures\":{\"server_error\":1},"
                                    + "\"prompt_cache\":{\"match\":\"blocks\"}}");
            Call failing = new Call(provider.nextId(), Operation.COMPLETIONS, null, "sk-a", null);
            String body = "{\"model\":\"m\",\"prompt\":\"" + SHARED + "\"}";
            provider.plan(failing, body.getBytes(StandardCharsets.UTF_8));
            var cache = provider.models().state("m").promptCache();

            var found =
                    cache.lookUp(
                            "a",
                            PromptPrefixes.inSteps(body.getBytes(StandardCharsets.UTF_8)),
                            nanos);

            assertThat(found.read()).isZero();
        }

        @Test
        void callsBeyondTheRateReachAnotherMachine() {
            provider =
                    provider("{\"prompt_cache\":{\"match\":\"blocks\",\"requests_per_minute\":2}}");

            assertThat(chat(SHARED, "1").cachedInput()).isZero();
            assertThat(chat(SHARED, "2").cachedInput()).isEqualTo(1_024);
            assertThat(chat(SHARED, "3").cachedInput()).as("second machine").isZero();
            assertThat(chat(SHARED, "4").cachedInput()).isEqualTo(1_024);
            advance(Duration.ofMinutes(1));
            assertThat(chat(SHARED, "5").cachedInput()).as("first machine").isEqualTo(1_024);
        }

        @Test
        void eachPromptCacheKeyHasItsOwnMachine() {
            warmUp();
            String key = ",\"prompt_cache_key\":\"k\"";

            assertThat(chat("sk-a", SHARED, "second", key).cachedInput()).isZero();
            advance(Duration.ofSeconds(2));
            assertThat(chat("sk-a", SHARED, "third", key).cachedInput()).isEqualTo(1_024);
        }
    }

    @Nested
    class AtBreakpoints {
        private final Provider provider =
                provider("{\"prompt_cache\":{\"match\":\"breakpoints\"}}");

        private Usage message(String system, String user) {
            return call(
                    provider,
                    Operation.MESSAGES,
                    "sk-a",
                    "{\"model\":\"m\",\"max_tokens\":9,\"system\":[{\"type\":\"text\",\"text\":\""
                            + system
                            + "}],\"messages\":[{\"role\":\"user\",\"content\":\""
                            + user
                            + "\"}]}");
        }

        private Usage chat(String part, String user, String extra) {
            return call(
                    provider,
                    Operation.CHAT_COMPLETIONS,
                    "sk-a",
                    "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":"
                            + "[{\"type\":\"text\",\"text\":\""
                            + part
                            + "}]},{\"role\":\"user\",\"content\":\""
                            + user
                            + "\"}]"
                            + extra
                            + "}");
        }

        private static final String EXPLICIT = ",\"prompt_cache_options\":{\"mode\":\"explicit\"}";
        private static final String MARKED = SHARED + "\",\"cache_control\":{\"type\":\"x\"}";
        private static final String MARKED_AT_OPENAI =
                SHARED + "\",\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}";

        @Test
        void markedBlockIsWrittenOnceAndThenRead() {
            Usage first = message(MARKED, "first");
            Usage second = message(MARKED, "second");

            assertThat(first.cacheWrite()).isEqualTo(1_100);
            assertThat(first.cachedInput()).isZero();
            assertThat(second.cacheWrite()).isZero();
            assertThat(second.cachedInput()).isEqualTo(1_100);
        }

        @Test
        void nothingIsCachedWithoutABreakpoint() {
            message(SHARED + "\"", "first");
            Usage second = message(SHARED + "\"", "second");

            assertThat(second.cacheWrite()).isZero();
            assertThat(second.cachedInput()).isZero();
        }

        @Test
        void concurrentCallsBothPayForTheWrite() {
            Provider slow =
                    provider("{\"latency\":\"1s\",\"prompt_cache\":{\"match\":\"breakpoints\"}}");
            String body =
                    "{\"model\":\"m\",\"max_tokens\":9,\"cache_control\":{\"type\":\"ephemeral\"},"
                            + "\"messages\":[{\"role\":\"user\",\"content\":\""
                            + SHARED
                            + "\"}]}";

            assertThat(call(slow, Operation.MESSAGES, "sk-a", body).cacheWrite()).isEqualTo(1_100);
            assertThat(call(slow, Operation.MESSAGES, "sk-a", body).cacheWrite()).isEqualTo(1_100);
        }

        @Test
        void implicitBreakpointOfAnotherQuestionIsAMissThatIsBilled() {
            chat(SHARED + "\"", "first", "");

            Usage second = chat(SHARED + "\"", "other", "");

            assertThat(second.cachedInput()).isZero();
            assertThat(second.cacheWrite()).isEqualTo(1_101);
        }

        @Test
        void explicitModeWithoutBreakpointPaysForNoWrite() {
            Usage usage = chat(SHARED + "\"", "first", EXPLICIT);

            assertThat(usage.cacheWrite()).isZero();
        }

        @Test
        void explicitBreakpointIsRead() {
            chat(MARKED_AT_OPENAI, "first", EXPLICIT);

            Usage second = chat(MARKED_AT_OPENAI, "other", EXPLICIT);

            assertThat(second.cachedInput()).isEqualTo(1_100);
            assertThat(second.cacheWrite()).isZero();
        }
    }
}
