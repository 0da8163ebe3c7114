package dev.millrace.contracts.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.money.Price;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputLimitTest {
    private static final String CEILING = "{\"max_cost_usd\":1}";
    private static final OptionalLong UNKNOWN = OptionalLong.empty();
    private static final Model OPEN = model(UNKNOWN, UNKNOWN, 4_096);

    private static Model model(OptionalLong window, OptionalLong most, long usual) {
        return Model.of("m", "p", Price.of("1", "1"))
                .withTokens(new Model.Tokens(window, most, usual));
    }

    private static RequestLine line(Endpoint endpoint, String fields, String options) {
        String line =
                "{\"custom_id\":\"a\",\"url\":\"%s\",\"body\":{\"model\":\"m\"%s},\"millrace\":%s}"
                        .formatted(endpoint.url(), fields, options);
        return RequestParser.parse(line.getBytes(UTF_8)).accepted();
    }

    private static RequestLine chat(String fields, String options) {
        return line(Endpoint.CHAT_COMPLETIONS, fields, options);
    }

    private static OptionalLong defaultFor(RequestLine line, Model model) {
        return OutputLimit.defaultFor(line, line.endpoint(), model);
    }

    private static OptionalLong ofOneAnswer(RequestLine line, Model model) {
        return OutputLimit.ofOneAnswer(line, line.endpoint(), model);
    }

    @Property
    void aDefaultLimitBoundsTheAnswerAndNeverExceedsTheModel(
            @ForAll @LongRange(min = 1, max = 1_000_000) long window,
            @ForAll @LongRange(min = 1, max = 1_000_000) long most,
            @ForAll @LongRange(min = 1, max = 1_000_000) long usual) {
        Model model = model(OptionalLong.of(window), OptionalLong.of(most), usual);

        long given = defaultFor(chat("", CEILING), model).orElseThrow();

        assertThat(given).isBetween(1L, Math.min(window, Math.min(most, usual)));
        assertThat(ofOneAnswer(chat("", CEILING), model)).hasValue(given);
    }

    @Nested
    class WhenTheCostMustBeBounded {
        @Test
        void theModelsDefaultApplies() {
            assertThat(defaultFor(chat("", CEILING), OPEN)).hasValue(4_096);
        }

        @Test
        void aSmallerModelMaximumApplies() {
            Model small = model(UNKNOWN, OptionalLong.of(1_000), 4_096);

            assertThat(defaultFor(chat("", CEILING), small)).hasValue(1_000);
        }

        @Test
        void halfOfASmallWindowIsLeftToTheInput() {
            Model narrow = model(OptionalLong.of(4_000), UNKNOWN, 4_096);

            assertThat(defaultFor(chat("", CEILING), narrow)).hasValue(2_000);
        }

        @ParameterizedTest
        @ValueSource(strings = {"max_tokens", "max_completion_tokens", "max_output_tokens"})
        void theBodysOwnLimitApplies(String key) {
            RequestLine line = chat(",\"" + key + "\":9000", CEILING);

            assertThat(defaultFor(line, OPEN)).isEmpty();
            assertThat(ofOneAnswer(line, OPEN)).hasValue(9_000);
        }

        @ParameterizedTest
        @ValueSource(strings = {"-1", "\"100\"", "1.5", "99999999999999999999"})
        void anInvalidOwnLimitPreventsTheDefaultAndLeavesTheAnswerUnbounded(String value) {
            RequestLine line = chat(",\"max_tokens\":" + value, CEILING);

            assertThat(defaultFor(line, OPEN)).isEmpty();
            assertThat(ofOneAnswer(line, OPEN)).isEmpty();
        }

        @Test
        void nullIsNoLimit() {
            RequestLine line = chat(",\"max_tokens\":null", CEILING);

            assertThat(defaultFor(line, OPEN)).hasValue(4_096);
            assertThat(ofOneAnswer(line, OPEN)).hasValue(4_096);
        }

        @Test
        void embeddingsHaveNoOutput() {
            RequestLine line = line(Endpoint.EMBEDDINGS, "", CEILING);

            assertThat(defaultFor(line, OPEN)).isEmpty();
            assertThat(ofOneAnswer(line, OPEN)).hasValue(0);
        }
    }

    @Nested
    class WithoutACostLimit {
        @Test
        void onlyTheModelMaximumApplies() {
            Model model = model(OptionalLong.of(100_000), OptionalLong.of(9_000), 4_096);

            assertThat(defaultFor(chat("", "{}"), model)).isEmpty();
            assertThat(ofOneAnswer(chat("", "{}"), model)).hasValue(9_000);
        }

        @Test
        void aModelWithoutMaximumIsUnbounded() {
            assertThat(ofOneAnswer(chat("", "{}"), OPEN)).isEmpty();
        }
    }

    @Nested
    class WhenAChatIsTranslatedForMessages {
        private static final Model SMALL = model(UNKNOWN, OptionalLong.of(1_000), 4_096);

        private static OptionalLong added(RequestLine line) {
            return OutputLimit.defaultFor(line, Endpoint.MESSAGES, SMALL);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", ",\"max_tokens\":null"})
        void theDefaultReplacesAMissingLimit(String fields) {
            RequestLine line = chat(fields, "{}");

            assertThat(added(line)).hasValue(1_000);
            assertThat(OutputLimit.ofOneAnswer(line, Endpoint.MESSAGES, SMALL)).hasValue(1_000);
        }

        @Test
        void theBodysOwnLimitApplies() {
            RequestLine line = chat(",\"max_completion_tokens\":50", "{}");

            assertThat(added(line)).isEmpty();
            assertThat(OutputLimit.ofOneAnswer(line, Endpoint.MESSAGES, SMALL)).hasValue(50);
        }

        @Test
        void aMessagesJobGetsNoDefault() {
            assertThat(added(line(Endpoint.MESSAGES, "", "{}"))).isEmpty();
        }
    }

    @Nested
    class TheKeyInTheBody {
        @ParameterizedTest
        @CsvSource({
            "/v1/chat/completions, max_tokens",
            "/v1/completions, max_tokens",
            "/v1/messages, max_tokens",
            "/v1/responses, max_output_tokens"
        })
        void dependsOnTheUrl(String url, String key) {
            Endpoint endpoint = Endpoints.known().of(url).orElseThrow();

            assertThat(OutputLimit.key(endpoint, OPEN)).isEqualTo(key);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"o1", "o3-mini", "o4-mini", "gpt-5", "GPT-5.1-mini", "openai/gpt-5"})
        void differsForChatsWithOpenAiReasoningModels(String name) {
            Model model = Model.of(name, "p", Price.of("1", "1"));

            assertThat(OutputLimit.key(Endpoint.CHAT_COMPLETIONS, model))
                    .isEqualTo("max_completion_tokens");
            assertThat(OutputLimit.key(Endpoint.RESPONSES, model)).isEqualTo("max_output_tokens");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "gpt-4.1",
                    "gpt-4o",
                    "gpt-35-turbo",
                    "gpt-oss-120b",
                    "olmo-2",
                    "deepseek-flash"
                })
        void isMaxTokensForOtherModels(String name) {
            Model model = Model.of(name, "p", Price.of("1", "1"));

            assertThat(OutputLimit.key(Endpoint.CHAT_COMPLETIONS, model)).isEqualTo("max_tokens");
        }
    }
}
