package dev.millrace.translation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.job.Wire;
import dev.millrace.wire.json.JsonTree;
import dev.millrace.wire.translate.Translation;
import dev.millrace.wire.translate.Translation.Answer;
import dev.millrace.wire.translate.Translation.UntranslatableField;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class WireTranslationTest {
    private static final Set<Endpoint> OPENAI = Endpoints.known().ofWire(Wire.OPENAI);
    private static final Set<Endpoint> ANTHROPIC = Endpoints.known().ofWire(Wire.ANTHROPIC);

    private static Optional<Translation> translation(Endpoint job, Set<Endpoint> offered) {
        return Translation.find(List.of(WireTranslation.values()), job, offered);
    }

    @ParameterizedTest
    @EnumSource
    void goldenRequestsBecomeWhatTheProviderExpects(GoldenExchange golden) {
        assertThat(golden.requests().translate(golden.request()))
                .isEqualTo(new FieldCases.Outcome(golden.sent(), golden.omitted(), ""));
    }

    @ParameterizedTest
    @EnumSource
    void goldenAnswersBecomeWhatTheJobExpects(GoldenExchange golden) {
        assertThat(golden.answers().translate(golden.received()).body()).isEqualTo(golden.answer());
    }

    @Test
    void onlyChatAndMessagesCross() {
        assertThat(translation(Endpoint.CHAT_COMPLETIONS, ANTHROPIC))
                .contains(WireTranslation.CHAT_TO_MESSAGES);
        assertThat(translation(Endpoint.MESSAGES, OPENAI))
                .contains(WireTranslation.MESSAGES_TO_CHAT);
        assertThat(translation(Endpoint.CHAT_COMPLETIONS, OPENAI)).isEmpty();
        assertThat(translation(Endpoint.MESSAGES, ANTHROPIC)).isEmpty();
        assertThat(translation(Endpoint.RESPONSES, ANTHROPIC)).isEmpty();
        assertThat(translation(Endpoint.EMBEDDINGS, ANTHROPIC)).isEmpty();
    }

    @Test
    void nothingCrossesToAProviderOfAllEndpoints() {
        Set<Endpoint> all = Endpoints.known().all();

        assertThat(all).allSatisfy(it -> assertThat(translation(it, all)).isEmpty());
    }

    @Nested
    class Planning {
        private static RequestLine line(String body) {
            String line =
                    "{\"custom_id\":\"a\",\"url\":\"/v1/chat/completions\",\"body\":" + body + "}";
            return RequestParser.parse(line.getBytes(UTF_8)).accepted();
        }

        private static List<UntranslatableField> problems(RequestLine line) {
            return WireTranslation.CHAT_TO_MESSAGES.preview(line).refused();
        }

        @Test
        void listsTheKeysOfTheTranslatedBody() {
            assertThat(
                            WireTranslation.CHAT_TO_MESSAGES
                                    .preview(
                                            line(
                                                    "{\"model\":\"auto\",\"stop\":\"x\",\"user\":null,"
                                                            + "\"reasoning_effort\":\"none\",\"messages\":["
                                                            + "{\"role\":\"user\",\"content\":\"Hi\"}]}"))
                                    .keys())
                    .containsExactlyInAnyOrder(
                            "model",
                            "max_tokens",
                            "messages",
                            "stop_sequences",
                            "thinking",
                            "thinking.type");
        }

        @Test
        void findsNothingInABodyThatCanCross() {
            assertThat(
                            problems(
                                    line(
                                            "{\"model\":\"auto\",\"messages\":["
                                                    + "{\"role\":\"user\",\"content\":\"Hi\"}]}")))
                    .isEmpty();
        }

        @Test
        void refusesABodyOfTooManyValuesWithoutReadingIt() {
            String values = "0,".repeat(1_000_000) + "0";

            assertThat(problems(line("{\"model\":\"auto\",\"x\":[" + values + "]}")))
                    .containsExactly(
                            new UntranslatableField(
                                    "body", "must not have more than 1,000,000 names and values"));
        }

        @Test
        void namesEachFieldThatCannotCross() {
            assertThat(
                            problems(
                                    line(
                                            "{\"model\":\"auto\",\"seed\":1,\"top_k\":5,\"messages\":["
                                                    + "{\"role\":\"user\",\"content\":\"Hi\",\"x\":1}]}")))
                    .containsExactly(
                            new UntranslatableField(
                                    "body.seed", "has no counterpart: messages are not repeatable"),
                            new UntranslatableField(
                                    "body.top_k", "is not a known field of chat completions"),
                            new UntranslatableField(
                                    "body.messages[0].x",
                                    "is not a known field of chat completions"));
        }

        @Test
        void acceptsAnUnknownFieldThatIsNull() {
            assertThat(
                            problems(
                                    line(
                                            "{\"model\":\"auto\",\"top_k\":null,\"messages\":["
                                                    + "{\"role\":\"user\",\"content\":\"Hi\",\"x\":null}]}")))
                    .isEmpty();
        }

        @Test
        void refusesAKeyGivenTwice() {
            assertThat(
                            problems(
                                    line(
                                            "{\"model\":\"auto\",\"top_p\":1,\"top_p\":0.5,"
                                                    + "\"messages\":[]}")))
                    .containsExactly(
                            new UntranslatableField(
                                    "body",
                                    "must not hold a key twice, or a number whose exponent is too"
                                            + " large"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\"stream_options.include_usage\":true",
                    "\"response_format[text]\":{}",
                    "\"messages[user].content\":\"Hi\"",
                    "\"tools\":[{\"type\":\"function].function.strict\"}]"
                })
        void namesAFieldThatIsWrittenLikeAPathOfTheTable(String field) {
            assertThat(
                            problems(
                                    line(
                                            "{\"model\":\"auto\","
                                                    + field
                                                    + ",\"messages\":["
                                                    + "{\"role\":\"user\",\"content\":\"Hi\"}]}")))
                    .singleElement()
                    .satisfies(it -> assertThat(it.reason()).contains("known"));
        }

        @Test
        void shortensWhatItQuotes() {
            String text = "x".repeat(10_000);

            assertThat(
                            problems(
                                    line(
                                            "{\"model\":\"auto\",\""
                                                    + text
                                                    + "\":1,\"reasoning_effort\":\""
                                                    + text
                                                    + "\",\"messages\":[]}")))
                    .allSatisfy(it -> assertThat(it.message()).hasSizeLessThan(700));
        }

        @ParameterizedTest
        @ValueSource(strings = {"1e99999999999", "1e999999999", "-1e-999999999", "1E+400"})
        void namesANumberWithoutWritingItsDigits(String number) {
            String schema = "{\"type\":\"array\",\"items\":{},\"minItems\":%s}".formatted(number);

            assertThat(
                            problems(
                                    line(
                                            "{\"model\":\"auto\",\"n\":%s,\"messages\":[],\"tools\":["
                                                            .formatted(number)
                                                    + "{\"type\":\"function\",\"function\":{\"name\":\"f\","
                                                    + "\"strict\":true,\"parameters\":"
                                                    + schema
                                                    + "}}]}")))
                    .isNotEmpty();
        }

        @Test
        void endsAfterTwentyFields() {
            var body = new StringBuilder("{\"model\":\"auto\",\"messages\":[]");
            for (int i = 0; i < 100; i++) {
                body.append(",\"x").append(i).append("\":1");
            }

            assertThat(problems(line(body + "}"))).hasSize(20);
        }
    }

    @Nested
    class Answers {
        @ParameterizedTest
        @EnumSource
        void thatAreNoObjectAreUnusable(WireTranslation translation) {
            assertThat(translation.answer("[]".getBytes(UTF_8), Optional.empty(), Instant.EPOCH))
                    .isEqualTo(new Answer.Unusable("it is not a JSON object"));
        }

        @ParameterizedTest
        @EnumSource
        void withoutTokensReportNone(GoldenExchange golden) {
            var received = (ObjectNode) golden.received();
            received.remove("usage");
            received.remove("service_tier");

            assertThat(golden.answers().translate(received).body().has("usage")).isFalse();
        }
    }

    @Nested
    class Errors {
        private static Optional<String> error(
                WireTranslation translation, int status, String body) {
            return translation
                    .error(status, body.getBytes(UTF_8))
                    .map(bytes -> new String(bytes, UTF_8));
        }

        /** https://platform.claude.com/docs/en/api/errors#error-shapes */
        @Test
        void ofMessagesHaveTheFormOfChatCompletions() {
            assertThat(
                            error(
                                    WireTranslation.CHAT_TO_MESSAGES,
                                    404,
                                    "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\","
                                            + "\"message\":\"m\"},\"request_id\":\"req_1\"}"))
                    .contains(
                            "{\"error\":{\"message\":\"m\",\"type\":\"not_found_error\","
                                    + "\"param\":null,\"code\":null}}");
        }

        @ParameterizedTest
        @CsvSource({
            "400,invalid_request_error",
            "401,authentication_error",
            "402,billing_error",
            "403,permission_error",
            "404,not_found_error",
            "413,request_too_large",
            "422,invalid_request_error",
            "429,rate_limit_error",
            "500,api_error",
            "503,api_error",
            "504,timeout_error",
            "529,overloaded_error"
        })
        void ofChatCompletionsHaveTheTypeOfTheirStatus(int status, String type) {
            assertThat(
                            error(
                                    WireTranslation.MESSAGES_TO_CHAT,
                                    status,
                                    "{\"error\":{\"message\":\"m\",\"type\":\"t\",\"param\":null,"
                                            + "\"code\":null}}"))
                    .contains(
                            "{\"type\":\"error\",\"error\":{\"type\":\""
                                    + type
                                    + "\",\"message\":\"m\"}}");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    // Gemini, vLLM, Ollama, Mistral and FastAPI.
                    "[{\"error\":{\"code\":400,\"message\":\"m\",\"status\":\"INVALID_ARGUMENT\"}}]",
                    "{\"object\":\"error\",\"message\":\"m\",\"type\":\"BadRequestError\",\"code\":400}",
                    "{\"error\":\"m\"}",
                    "{\"message\":\"m\"}",
                    "{\"detail\":\"m\"}"
                })
        void ofEachKnownFormHaveTheFormOfTheJob(String body) {
            assertThat(error(WireTranslation.MESSAGES_TO_CHAT, 400, body))
                    .contains(
                            "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
                                    + "\"message\":\"m\"}}");
            assertThat(error(WireTranslation.CHAT_TO_MESSAGES, 400, body))
                    .contains(
                            "{\"error\":{\"message\":\"m\",\"type\":\"invalid_request_error\","
                                    + "\"param\":null,\"code\":null}}");
        }

        @ParameterizedTest
        @ValueSource(strings = {"<html>", "{}", "[]", "[1]", "{\"error\":{}}", "{\"error\":[]}"})
        void ofUnknownFormsStayAsTheyAre(String body) {
            assertThat(error(WireTranslation.CHAT_TO_MESSAGES, 500, body)).isEmpty();
            assertThat(error(WireTranslation.MESSAGES_TO_CHAT, 500, body)).isEmpty();
        }
    }

    /** A lone surrogate is an escape on both wires: a text in UTF-8 cannot hold it. */
    @Test
    void loneSurrogateInTheArgumentsOfAToolIsKept() {
        var body =
                JsonTree.parse(
                                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},"
                                        + "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\",\"type\":"
                                        + "\"function\",\"function\":{\"name\":\"f\",\"arguments\":"
                                        + "\"{\\\"a\\\":\\\"\\ud83d\\\"}\"}}]},{\"role\":\"tool\","
                                        + "\"tool_call_id\":\"c\",\"content\":\"1\"}]}")
                        .orElseThrow();

        assertThat(
                        FieldCases.CHAT_REQUEST
                                .translate(body)
                                .body()
                                .at("/messages/1/content/0/input/a")
                                .asString())
                .isEqualTo("\ud83d");
    }

    @Test
    void base64IsMovedAsText() {
        String data = "A".repeat(200_000);
        var body =
                JsonTree.parse(
                                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
                                        + "\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,"
                                        + data
                                        + "\"}}]}]}")
                        .orElseThrow();

        assertThat(
                        FieldCases.CHAT_REQUEST
                                .translate(body)
                                .body()
                                .at("/messages/0/content/0/source/data")
                                .asString())
                .isEqualTo(data);
    }
}
