package dev.millrace.simulator.sdk;

import static dev.millrace.simulator.sdk.SdkResults.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.simulator.answer.Answer;
import dev.millrace.simulator.answer.AnswerGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Tests the OpenAI wire with the npm package {@code openai}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiSdkTest {
    private static final Answer CHAT =
            AnswerGenerator.expected(
                    "/v1/chat/completions",
                    """
                    {"model":"m","messages":[{"role":"user","content":"Where is my parcel?"}]}
                    """
                            .getBytes(StandardCharsets.UTF_8));

    private SdkResults results = new SdkResults(MissingNode.getInstance());

    @BeforeAll
    void run() throws IOException, InterruptedException {
        results = SdkScript.run("openai.mjs");
    }

    private JsonNode result(String name) {
        return results.result(name);
    }

    @Nested
    class ChatCompletions {
        @ParameterizedTest
        @ValueSource(strings = {"chat", "chatStreamed", "chatSlowly", "azure", "azureStreamed"})
        void textIsTheExpectedText(String name) {
            JsonNode choice = result(name).path("choices").path(0);

            assertThat(choice.at("/message/content").asString("")).isEqualTo(CHAT.text());
            assertThat(choice.path("finish_reason").asString("")).isEqualTo("stop");
        }

        @ParameterizedTest
        @ValueSource(strings = {"chat", "chatStreamed"})
        void usageIsTheBilledUsage(String name) {
            JsonNode usage = result(name).path("usage");

            assertThat(usage.path("prompt_tokens").intValue()).isEqualTo(CHAT.usage().input());
            assertThat(usage.path("completion_tokens").intValue()).isEqualTo(CHAT.usage().output());
        }

        @Test
        void chunksHaveNoUsageUnlessRequested() {
            JsonNode chunks = result("chatChunks");

            assertThat(texts(chunks, "/object")).containsOnly("chat.completion.chunk");
            assertThat(texts(chunks, "/id")).doesNotContain("").hasSizeGreaterThan(2);
            assertThat(texts(chunks, "/id").stream().distinct()).hasSize(1);
            assertThat(chunks.valueStream()).noneMatch(chunk -> chunk.has("usage"));
        }

        @Test
        void severalStreamedChoicesAreTheUnstreamedChoices() {
            List<String> texts = texts(result("choices").path("choices"), "/message/content");

            assertThat(texts).hasSize(3).doesNotHaveDuplicates();
            assertThat(texts(result("choicesStreamed").path("choices"), "/message/content"))
                    .isEqualTo(texts);
        }

        @ParameterizedTest
        @ValueSource(strings = {"tools", "toolsStreamed"})
        void toolsAreCalledInParallel(String name) {
            JsonNode choice = result(name).path("choices").path(0);

            JsonNode calls = choice.at("/message/tool_calls");
            assertThat(choice.path("finish_reason").asString("")).isEqualTo("tool_calls");
            assertThat(texts(calls, "/function/name")).containsExactly("weather", "time");
            assertThat(texts(calls, "/id")).allMatch(id -> id.startsWith("call_"));
            assertThat(texts(calls, "/function/arguments"))
                    .containsOnly("{\"city\":\"simulated city " + CHAT.hash() + "\"}");
        }

        @Test
        void toolLoopEndsWithAText() {
            assertThat(texts(result("toolLoop").path("called"), "/name"))
                    .containsExactlyInAnyOrder("weather", "time");
            assertThat(result("toolLoop").path("text").asString(""))
                    .contains("Where is my parcel?");
        }

        @Test
        void structuredOutputMatchesItsSchema() {
            assertThat(result("jsonSchema").at("/choices/0/message/parsed/city").asString(""))
                    .contains(CHAT.hash());
        }

        @ParameterizedTest
        @ValueSource(strings = {"refusal", "refusalStreamed"})
        void refusalIsSeparateFromTheContent(String name) {
            JsonNode message = result(name).at("/choices/0/message");

            assertThat(message.path("content").isNull()).isTrue();
            assertThat(message.path("refusal").asString("")).startsWith("I'm sorry");
        }

        @Test
        void tokenLimitIsTheFinishReason() {
            assertThat(result("length").at("/choices/0/finish_reason").asString(""))
                    .isEqualTo("length");
        }
    }

    @Nested
    class OtherOperations {
        @Test
        void completionsAnswerEachPromptAndStream() {
            assertThat(texts(result("completion").path("choices"), "/text"))
                    .satisfiesExactly(
                            one -> assertThat(one).contains("to: one"),
                            two -> assertThat(two).contains("to: two"));
            JsonNode chunks = result("completionStreamed");
            assertThat(String.join("", texts(chunks, "/choices/0/text")))
                    .isEqualTo(result("completion").at("/choices/0/text").asString(""));
            assertThat(chunks.path(chunks.size() - 1).at("/usage/prompt_tokens").intValue())
                    .isEqualTo(1);
        }

        @ParameterizedTest
        @ValueSource(strings = {"response", "responseStreamed"})
        void responseHasTheExpectedText(String name) {
            assertThat(result(name).path("output_text").asString("")).isEqualTo(CHAT.text());
            assertThat(result(name).path("status").asString("")).isEqualTo("completed");
            assertThat(result(name).at("/usage/output_tokens").intValue())
                    .isEqualTo(CHAT.usage().output());
        }

        @Test
        void responseEventsAreNumbered() {
            List<Integer> numbers =
                    result("responseEvents")
                            .valueStream()
                            .map(event -> event.path("sequence_number").asInt(-1))
                            .toList();

            assertThat(numbers).first().isEqualTo(0);
            assertThat(numbers).isSorted().doesNotHaveDuplicates();
            assertThat(numbers).last().isEqualTo(numbers.size() - 1);
        }

        @Test
        void streamedResponseReasonsAndCallsFunctions() {
            JsonNode output = result("responseTools").path("output");

            assertThat(texts(output, "/type"))
                    .containsExactly("reasoning", "function_call", "function_call");
            assertThat(output.at("/0/summary/0/text").asString("")).contains("Weather?");
            assertThat(output.at("/1/parsed_arguments/city").asString(""))
                    .startsWith("simulated city");
        }

        @Test
        void streamedResponseRefuses() {
            assertThat(result("responseRefusal").at("/output/0/content/0/refusal").asString(""))
                    .startsWith("I'm sorry");
        }

        @Test
        void embeddingsAreDecodedToTheRequestedLength() {
            JsonNode data = result("embedding").path("data");

            assertThat(data.size()).isEqualTo(2);
            assertThat(data.at("/1/embedding").size()).isEqualTo(4);
            assertThat(data.at("/0/embedding")).isNotEqualTo(data.at("/1/embedding"));
        }

        @Test
        void modelsAreListed() {
            assertThat(result("models").valueStream().map(JsonNode::stringValue))
                    .contains("refusing", "slow");
        }

        @Test
        void azurePathNamesTheModel() {
            assertThat(result("azure").path("model").asString("")).isEqualTo("my-gpt");
            assertThat(result("azureEmbedding").at("/data/0/embedding").size()).isEqualTo(2);
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
            "badRequest,BadRequestError,400,",
            "unauthorized,AuthenticationError,401,invalid_api_key",
            "notFound,NotFoundError,404,model_not_found",
            "rateLimited,RateLimitError,429,rate_limit_exceeded",
            "serverError,InternalServerError,503,",
        })
        void statusGivesTheClassOfTheError(String name, String thrown, int status, String code) {
            JsonNode error = results.error(name);

            assertThat(error.path("thrown").asString("")).as(name).isEqualTo(thrown);
            assertThat(error.path("status").intValue()).isEqualTo(status);
            assertThat(error.path("code").asString(null)).isEqualTo(code);
            assertThat(error.path("requestId").asString("")).startsWith("req_");
        }

        @Test
        void rateLimitNamesTheWait() {
            assertThat(results.error("rateLimited").path("retryAfter").asString("")).isEqualTo("3");
        }

        @Test
        void errorEventOfAChatStreamIsThrown() {
            assertThat(results.error("brokenStream").path("thrown").asString(""))
                    .isEqualTo("APIError");
            assertThat(results.error("brokenStream").path("type").asString(""))
                    .isEqualTo("server_error");
        }

        @Test
        void errorEventOfAResponseIsTheLastEvent() {
            JsonNode events = result("brokenResponse");

            assertThat(texts(events, "/type")).last().isEqualTo("error");
        }

        @Test
        void streamThatEndsEarlyIsThrown() {
            assertThat(results.error("endedStream").path("message").asString(""))
                    .contains("missing finish_reason");
        }
    }
}
