package dev.millrace.simulator.sdk;

import static dev.millrace.simulator.sdk.SdkResults.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.simulator.answer.Answer;
import dev.millrace.simulator.answer.AnswerGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Tests the Anthropic wire with the npm package {@code @anthropic-ai/sdk}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnthropicSdkTest {
    private static final Answer MESSAGE =
            AnswerGenerator.expected(
                    "/v1/messages",
                    """
                    {"model":"m","max_tokens":500,
                     "messages":[{"role":"user","content":"Where is my parcel?"}]}
                    """
                            .getBytes(StandardCharsets.UTF_8));

    private SdkResults results = new SdkResults(MissingNode.getInstance());

    @BeforeAll
    void run() throws IOException, InterruptedException {
        results = SdkScript.run("anthropic.mjs");
    }

    private JsonNode result(String name) {
        return results.result(name);
    }

    @Nested
    class Answers {
        @ParameterizedTest
        @ValueSource(strings = {"message", "messageStreamed", "messageSlowly", "beta"})
        void textIsTheExpectedText(String name) {
            JsonNode message = result(name);

            assertThat(message.at("/content/0/text").asString("")).isEqualTo(MESSAGE.text());
            assertThat(message.path("stop_reason").asString("")).isEqualTo("end_turn");
            assertThat(message.at("/usage/input_tokens").intValue())
                    .isEqualTo(MESSAGE.usage().input());
            assertThat(message.at("/usage/output_tokens").intValue())
                    .isEqualTo(MESSAGE.usage().output());
        }

        @Test
        void eventsAreInOrder() {
            assertThat(texts(result("messageEvents"), "/type").stream().distinct())
                    .containsExactly(
                            "message_start",
                            "content_block_start",
                            "content_block_delta",
                            "content_block_stop",
                            "message_delta",
                            "message_stop");
        }

        @ParameterizedTest
        @ValueSource(strings = {"tools", "toolsStreamed"})
        void toolsAreCalledInParallel(String name) {
            JsonNode message = result(name);

            assertThat(message.path("stop_reason").asString("")).isEqualTo("tool_use");
            assertThat(texts(message.path("content"), "/name")).containsExactly("weather", "time");
            assertThat(texts(message.path("content"), "/id"))
                    .allMatch(id -> id.startsWith("toolu_"));
            assertThat(texts(message.path("content"), "/input/city"))
                    .containsOnly("simulated city " + MESSAGE.hash());
        }

        @Test
        void toolResultIsAnsweredWithText() {
            assertThat(result("toolResult").path("stop_reason").asString("")).isEqualTo("end_turn");
        }

        @ParameterizedTest
        @ValueSource(strings = {"thinking", "thinkingStreamed"})
        void thinkingPrecedesTheText(String name) {
            JsonNode content = result(name).path("content");

            assertThat(texts(content, "/type")).containsExactly("thinking", "text");
            assertThat(content.at("/0/thinking").asString("")).contains("Where is my parcel?");
            assertThat(content.at("/0/signature").asString("")).isNotEmpty();
        }

        @Test
        void stopReasonsHaveTheirNames() {
            assertThat(result("stopSequence").path("stop_reason").asString(""))
                    .isEqualTo("stop_sequence");
            assertThat(result("stopSequence").path("stop_sequence").asString("")).isEqualTo(" to:");
            assertThat(result("length").path("stop_reason").asString("")).isEqualTo("max_tokens");
        }

        @ParameterizedTest
        @ValueSource(strings = {"refusal", "refusalStreamed"})
        void refusalIsAStopReasonWithDetails(String name) {
            assertThat(result(name).path("stop_reason").asString("")).isEqualTo("refusal");
            assertThat(result(name).at("/stop_details/type").asString("")).isEqualTo("refusal");
        }

        @Test
        void modelsAreListed() {
            assertThat(result("models").valueStream().map(JsonNode::stringValue))
                    .contains("refusing", "slow");
        }

        @Test
        void requestHasAnId() {
            assertThat(result("requestId").asString("")).startsWith("req_");
        }
    }

    @Nested
    class Errors {
        @ParameterizedTest
        @CsvSource({
            "badRequest,BadRequestError,400,invalid_request_error",
            "unauthorized,AuthenticationError,401,authentication_error",
            "notFound,NotFoundError,404,not_found_error",
            "rateLimited,RateLimitError,429,rate_limit_error",
            "serverError,ServiceUnavailableError,503,api_error",
            "overloaded,OverloadedError,529,overloaded_error",
        })
        void statusGivesTheClassOfTheError(String name, String thrown, int status, String type) {
            JsonNode error = results.error(name);

            assertThat(error.path("thrown").asString("")).as(name).isEqualTo(thrown);
            assertThat(error.path("status").intValue()).isEqualTo(status);
            assertThat(error.path("type").asString("")).isEqualTo(type);
            assertThat(error.path("requestId").asString("")).startsWith("req_");
        }

        @Test
        void rateLimitNamesTheWait() {
            assertThat(results.error("rateLimited").path("retryAfter").asString("")).isEqualTo("3");
        }

        @Test
        void errorEventOfAStreamIsThrown() {
            assertThat(results.error("brokenStream").path("thrown").asString(""))
                    .isEqualTo("APIError");
            assertThat(results.error("brokenStream").path("type").asString(""))
                    .isEqualTo("overloaded_error");
        }
    }
}
