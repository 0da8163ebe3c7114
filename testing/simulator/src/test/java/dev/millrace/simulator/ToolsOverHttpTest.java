package dev.millrace.simulator;

import static dev.millrace.simulator.SimulatorClient.CHAT;
import static dev.millrace.simulator.SimulatorClient.JSON;
import static dev.millrace.simulator.SimulatorClient.MESSAGES;
import static dev.millrace.simulator.SimulatorClient.json;
import static dev.millrace.simulator.SimulatorClient.streamed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests answers that call tools, reason, refuse or stop at a sequence. */
class ToolsOverHttpTest {
    private static final String SCHEMA =
            """
            {"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""";
    private static final String CHAT_TOOLS =
            """
            "tools":[{"type":"function","function":{"name":"weather","parameters":%1$s}},
                     {"type":"function","function":{"name":"time","parameters":%1$s}}]"""
                    .formatted(SCHEMA);
    private static final String MESSAGES_TOOLS =
            """
            "tools":[{"name":"weather","input_schema":%1$s},
                     {"type":"custom","name":"time","input_schema":%1$s},
                     {"type":"web_search_20250305","name":"web_search"}]"""
                    .formatted(SCHEMA);

    private final SimulatorClient client = SimulatorClient.of("{}");

    @AfterEach
    void close() {
        client.close();
    }

    private static String with(String body, String field) {
        return body.replaceFirst("\\{", "{" + field.replace("\\", "\\\\") + ",");
    }

    private static List<JsonNode> data(List<String> events) {
        return events.stream()
                .filter(event -> !event.equals("[DONE]"))
                .map(JSON::readTree)
                .toList();
    }

    @Nested
    class ChatCompletions {
        private final String body = with(SimulatorClient.chat("Weather in Oslo?"), CHAT_TOOLS);

        private JsonNode choice(String request) {
            return json(client.post(CHAT, request)).path("choices").path(0);
        }

        private List<String> called(String request) {
            return choice(request)
                    .path("message")
                    .path("tool_calls")
                    .valueStream()
                    .map(call -> call.path("function").path("name").stringValue())
                    .toList();
        }

        @Test
        void userIsAnsweredWithParallelCalls() {
            JsonNode choice = choice(body);

            assertThat(choice.path("finish_reason").stringValue()).isEqualTo("tool_calls");
            assertThat(choice.path("message").path("content").isNull()).isTrue();
            assertThat(called(body)).containsExactly("weather", "time");
            JsonNode call = choice.path("message").path("tool_calls").path(0);
            assertThat(call.path("type").stringValue()).isEqualTo("function");
            assertThat(call.path("id").stringValue()).startsWith("call_");
            String arguments = call.path("function").path("arguments").stringValue();
            assertThat(JSON.readTree(arguments).path("city").isString()).isTrue();
        }

        @Test
        void toolChoiceIsFollowed() {
            assertThat(called(with(body, "\"tool_choice\":\"none\""))).isEmpty();
            assertThat(called(with(body, "\"parallel_tool_calls\":false")))
                    .containsExactly("weather");
            assertThat(
                            called(
                                    with(
                                            body,
                                            "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"time\"}}")))
                    .containsExactly("time");
        }

        @Test
        void toolResultIsAnsweredWithText() {
            String result = "},{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"9\"}]";
            String answered = body.replace("}]}", result + "}");

            assertThat(choice(answered).path("finish_reason").stringValue()).isEqualTo("stop");
            assertThat(called(with(answered, "\"tool_choice\":\"required\""))).hasSize(2);
        }

        @Test
        void callsAboveTheTokenLimitAreLeftOut() {
            JsonNode choice = choice(with(body, "\"max_completion_tokens\":20"));

            assertThat(choice.path("message").path("tool_calls").size()).isEqualTo(1);
            assertThat(choice.path("finish_reason").stringValue()).isEqualTo("length");
        }

        @Test
        void fragmentsOfParallelCallsBuildTheUnstreamedCalls() {
            List<String> arguments = new ArrayList<>(List.of("", ""));
            List<String> names = new ArrayList<>();
            for (JsonNode event : data(SimulatorClient.events(client.post(CHAT, streamed(body))))) {
                JsonNode delta = event.path("choices").path(0).path("delta");
                for (JsonNode fragment : delta.path("tool_calls")) {
                    int index = fragment.path("index").intValue();
                    JsonNode function = fragment.path("function");
                    arguments.set(
                            index, arguments.get(index) + function.path("arguments").stringValue());
                    if (fragment.has("id")) {
                        names.add(function.path("name").stringValue());
                    }
                }
            }

            assertThat(names).containsExactly("weather", "time");
            JsonNode calls = choice(body).path("message").path("tool_calls");
            assertThat(arguments)
                    .containsExactly(
                            calls.path(0).path("function").path("arguments").stringValue(),
                            calls.path(1).path("function").path("arguments").stringValue());
        }

        @Test
        void chunksOfSeveralChoicesTakeTurns() {
            String two = with(SimulatorClient.chat("Hello"), "\"n\":2");

            List<Integer> indices =
                    data(SimulatorClient.events(client.post(CHAT, streamed(two)))).stream()
                            .map(event -> event.path("choices").path(0).path("index").intValue())
                            .limit(4)
                            .toList();

            assertThat(indices).containsExactly(0, 1, 0, 1);
        }

        @Test
        void textEndsBeforeTheFirstStopSequence() {
            JsonNode choice =
                    choice(with(SimulatorClient.chat("Hello"), "\"stop\":[\"nothing\",\" to:\"]"));

            assertThat(choice.path("message").path("content").stringValue())
                    .startsWith("Simulated answer")
                    .doesNotContain("to:");
            assertThat(choice.path("finish_reason").stringValue()).isEqualTo("stop");
        }

        @Test
        void enabledThinkingIsShownAsReasoningContent() {
            JsonNode choice =
                    choice(
                            with(
                                    SimulatorClient.chat("Hello"),
                                    "\"thinking\":{\"type\":\"enabled\"}"));

            assertThat(choice.path("message").path("reasoning_content").stringValue())
                    .contains("Hello");
        }
    }

    @Nested
    class Messages {
        private final String body = with(SimulatorClient.message("Weather?"), MESSAGES_TOOLS);

        @Test
        void userIsAnsweredWithParallelCallsOfTheClientsTools() {
            JsonNode answer = json(client.post(MESSAGES, body));

            assertThat(answer.path("stop_reason").stringValue()).isEqualTo("tool_use");
            JsonNode content = answer.path("content");
            assertThat(content.size()).isEqualTo(2);
            assertThat(content.path(1).path("type").stringValue()).isEqualTo("tool_use");
            assertThat(content.path(1).path("name").stringValue()).isEqualTo("time");
            assertThat(content.path(1).path("input").path("city").isString()).isTrue();
        }

        @Test
        void parallelCallsCanBeDisabled() {
            String single =
                    with(
                            body,
                            "\"tool_choice\":{\"type\":\"any\",\"disable_parallel_tool_use\":true}");

            assertThat(json(client.post(MESSAGES, single)).path("content").size()).isEqualTo(1);
        }

        @Test
        void toolResultIsAnsweredWithText() {
            String answered =
                    body.replace(
                            "\"Weather?\"",
                            "[{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":\"9\"}]");

            assertThat(json(client.post(MESSAGES, answered)).path("stop_reason").stringValue())
                    .isEqualTo("end_turn");
        }

        @Test
        void everyBlockIsStartedFilledAndStopped() {
            String thinking = with(body, "\"thinking\":{\"type\":\"adaptive\"}");

            List<JsonNode> events =
                    data(SimulatorClient.events(client.post(MESSAGES, streamed(thinking))));

            assertThat(
                            events.stream()
                                    .filter(e -> e.path("type").asString().endsWith("_start"))
                                    .map(e -> e.path("content_block").path("type").asString("")))
                    .containsExactly("", "thinking", "tool_use", "tool_use");
            assertThat(
                            events.stream()
                                    .filter(e -> e.path("type").asString().endsWith("_stop"))
                                    .map(e -> e.path("index").asInt(-1)))
                    .containsExactly(0, 1, 2, -1);
            assertThat(events.stream().map(e -> e.path("delta").path("type").asString("")))
                    .contains("thinking_delta", "signature_delta", "input_json_delta");
        }

        @Test
        void stopSequenceIsNamed() {
            String body = with(SimulatorClient.message("Hello"), "\"stop_sequences\":[\" to:\"]");

            JsonNode answer = json(client.post(MESSAGES, body));

            assertThat(answer.path("stop_reason").stringValue()).isEqualTo("stop_sequence");
            assertThat(answer.path("stop_sequence").stringValue()).isEqualTo(" to:");
        }

        @Test
        void omittedThinkingHasASignatureOnly() {
            String omitted =
                    with(
                            SimulatorClient.message("Hello"),
                            "\"thinking\":{\"type\":\"enabled\",\"display\":\"omitted\"}");

            JsonNode block = json(client.post(MESSAGES, omitted)).path("content").path(0);

            assertThat(block.path("thinking").stringValue()).isEmpty();
            assertThat(block.path("signature").stringValue()).isNotEmpty();
        }
    }

    @Nested
    class Responses {
        private static final String BODY =
                """
                {"model":"m","input":"Weather?","reasoning":{"effort":"low","summary":"auto"},
                 "tools":[{"type":"function","name":"weather","parameters":%s}]}"""
                        .formatted(SCHEMA);

        @Test
        void outputHasReasoningAndFunctionCall() {
            JsonNode response = json(client.post("/v1/responses", BODY));

            JsonNode output = response.path("output");
            assertThat(output.path(0).path("type").stringValue()).isEqualTo("reasoning");
            assertThat(output.path(0).path("summary").path(0).path("text").stringValue())
                    .contains("Weather?");
            assertThat(output.path(1).path("type").stringValue()).isEqualTo("function_call");
            assertThat(output.path(1).path("call_id").stringValue()).startsWith("call_");
            assertThat(response.path("tools").path(0).path("name").stringValue())
                    .isEqualTo("weather");
            assertThat(response.path("temperature").doubleValue()).isEqualTo(1.0);
        }

        @Test
        void streamEndsWithTheUnstreamedResponse() {
            JsonNode response = json(client.post("/v1/responses", BODY));

            List<JsonNode> events =
                    data(SimulatorClient.events(client.post("/v1/responses", streamed(BODY))));

            assertThat(events.stream().map(event -> event.path("type").stringValue()))
                    .containsSubsequence(
                            "response.created",
                            "response.in_progress",
                            "response.output_item.added",
                            "response.reasoning_summary_text.done",
                            "response.output_item.done",
                            "response.output_item.added",
                            "response.function_call_arguments.delta",
                            "response.function_call_arguments.done",
                            "response.output_item.done",
                            "response.completed");
            JsonNode last = events.getLast().path("response");
            assertThat(last.path("usage")).isEqualTo(response.path("usage"));
            assertThat(last.path("output").path(1).path("arguments"))
                    .isEqualTo(response.path("output").path(1).path("arguments"));
        }
    }

    @Nested
    class Refusals {
        @Test
        void refusalHasTheFieldsOfEachWire() {
            client.put("/admin/models/*", "{\"failures\":{\"refusal\":1}}");

            JsonNode message =
                    json(client.post(CHAT, SimulatorClient.chat("Hello")))
                            .path("choices")
                            .path(0)
                            .path("message");
            assertThat(message.path("content").isNull()).isTrue();
            assertThat(message.path("refusal").stringValue()).isNotEmpty();
            JsonNode anthropic = json(client.post(MESSAGES, SimulatorClient.message("Hello")));
            assertThat(anthropic.path("stop_reason").stringValue()).isEqualTo("refusal");
            JsonNode response =
                    json(client.post("/v1/responses", "{\"model\":\"m\",\"input\":\"Hello\"}"));
            assertThat(response.path("output").path(0).path("content").path(0).path("type"))
                    .hasToString("\"refusal\"");
        }
    }
}
