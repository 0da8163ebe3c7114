package dev.millrace.simulator;

import static dev.millrace.simulator.SimulatorClient.CHAT;
import static dev.millrace.simulator.SimulatorClient.MESSAGES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.simulator.answer.Answer;
import dev.millrace.simulator.answer.AnswerGenerator;
import dev.millrace.simulator.calllog.CallOutcome;
import dev.millrace.simulator.calllog.LoggedCall;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests successful answers of every operation. */
class AnswersOverHttpTest {
    private final SimulatorClient client = SimulatorClient.of("{}");

    @AfterEach
    void close() {
        client.close();
    }

    private static Answer expected(String path, String body) {
        return AnswerGenerator.expected(path, body.getBytes(StandardCharsets.UTF_8));
    }

    @Nested
    class ChatCompletions {
        private final String body = SimulatorClient.chat("Where is my parcel?");

        @Test
        void answerMatchesTheExpectedAnswer() {
            JsonNode answer = SimulatorClient.json(client.post(CHAT, body));

            JsonNode choice = answer.path("choices").path(0);
            assertThat(choice.path("message").path("content").stringValue())
                    .isEqualTo(expected(CHAT, body).text())
                    .contains("Where is my parcel?")
                    .contains(expected(CHAT, body).hash());
            assertThat(choice.path("finish_reason").stringValue()).isEqualTo("stop");
            assertThat(answer.path("object").stringValue()).isEqualTo("chat.completion");
            assertThat(answer.path("model").stringValue()).isEqualTo("gpt-4.1");
        }

        @Test
        void usageMatchesTheExpectedUsage() {
            JsonNode usage = SimulatorClient.json(client.post(CHAT, body)).path("usage");

            assertThat(usage.path("prompt_tokens").intValue()).isEqualTo(5);
            assertThat(usage.path("completion_tokens").intValue())
                    .isEqualTo(expected(CHAT, body).usage().output());
            assertThat(usage.path("total_tokens").intValue())
                    .isEqualTo(expected(CHAT, body).usage().total());
        }

        @Test
        void streamHasTheSameTextAndEndsWithDone() {
            String streamed = body.replace("\"model\"", "\"stream\":true,\"model\"");

            HttpResponse<String> response = client.post(CHAT, streamed);

            assertThat(SimulatorClient.header(response, "content-type"))
                    .startsWith("text/event-stream");
            List<String> events = SimulatorClient.events(response);
            assertThat(events.getLast()).isEqualTo("[DONE]");
            assertThat(text(events)).isEqualTo(expected(CHAT, body).text());
            assertThat(response.body()).doesNotContain("\"usage\"");
        }

        @Test
        void streamEndsWithTheUsageOnRequest() {
            String streamed =
                    body.replace(
                            "\"model\"",
                            "\"stream\":true,\"stream_options\":{\"include_usage\":true},\"model\"");

            List<String> events = SimulatorClient.events(client.post(CHAT, streamed));

            JsonNode last = SimulatorClient.JSON.readTree(events.get(events.size() - 2));
            assertThat(last.path("choices").isEmpty()).isTrue();
            assertThat(last.path("usage").path("prompt_tokens").intValue()).isEqualTo(5);
            assertThat(SimulatorClient.JSON.readTree(events.getFirst()).path("usage").isNull())
                    .isTrue();
        }

        private static String text(List<String> events) {
            return events.stream()
                    .filter(event -> !event.equals("[DONE]"))
                    .map(SimulatorClient.JSON::readTree)
                    .map(
                            event ->
                                    event.path("choices")
                                            .path(0)
                                            .path("delta")
                                            .path("content")
                                            .asString(""))
                    .collect(Collectors.joining());
        }

        @Test
        void answerIsTruncatedToTheAllowedTokens() {
            JsonNode answer =
                    SimulatorClient.json(
                            client.post(
                                    CHAT, body.replace("\"model\"", "\"max_tokens\":3,\"model\"")));

            assertThat(answer.path("usage").path("completion_tokens").intValue()).isEqualTo(3);
            assertThat(answer.path("choices").path(0).path("finish_reason").stringValue())
                    .isEqualTo("length");
        }
    }

    @Nested
    class Messages {
        private final String body = SimulatorClient.message("Where is my parcel?");

        @Test
        void messageTextEqualsTheChatCompletionText() {
            JsonNode answer = SimulatorClient.json(client.post(MESSAGES, body));

            assertThat(answer.path("content").path(0).path("text").stringValue())
                    .isEqualTo(expected(CHAT, SimulatorClient.chat("Where is my parcel?")).text());
            assertThat(answer.path("type").stringValue()).isEqualTo("message");
            assertThat(answer.path("stop_reason").stringValue()).isEqualTo("end_turn");
            assertThat(answer.path("usage").path("input_tokens").intValue()).isEqualTo(5);
            assertThat(answer.path("usage").path("output_tokens").intValue())
                    .isEqualTo(expected(MESSAGES, body).usage().output());
        }

        @Test
        void streamHasNamedEventsInOrder() {
            HttpResponse<String> response =
                    client.post(MESSAGES, body.replace("\"model\"", "\"stream\":true,\"model\""));

            List<String> names =
                    response.body()
                            .lines()
                            .filter(line -> line.startsWith("event: "))
                            .map(line -> line.substring(7))
                            .distinct()
                            .toList();
            assertThat(names)
                    .containsExactly(
                            "message_start",
                            "content_block_start",
                            "ping",
                            "content_block_delta",
                            "content_block_stop",
                            "message_delta",
                            "message_stop");
            String text =
                    SimulatorClient.events(response).stream()
                            .map(SimulatorClient.JSON::readTree)
                            .map(event -> event.path("delta").path("text").asString(""))
                            .collect(Collectors.joining());
            assertThat(text).isEqualTo(expected(MESSAGES, body).text());
        }

        @Test
        void missingMaxTokensIsRejected() {
            HttpResponse<String> response =
                    client.post(MESSAGES, body.replace("\"max_tokens\":200,", ""));

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(SimulatorClient.json(response).path("error").path("type").stringValue())
                    .isEqualTo("invalid_request_error");
        }
    }

    @Nested
    class OtherOperations {
        @Test
        void completionsAnswerEachPrompt() {
            String body = "{\"model\":\"m\",\"prompt\":[\"one\",\"two\"],\"max_tokens\":100}";

            JsonNode answer = SimulatorClient.json(client.post("/v1/completions", body));

            assertThat(answer.path("object").stringValue()).isEqualTo("text_completion");
            assertThat(answer.path("choices").path(0).path("text").stringValue()).contains("one");
            assertThat(answer.path("choices").path(1).path("text").stringValue()).contains("two");
        }

        @Test
        void completionsStream() {
            String body = "{\"model\":\"m\",\"prompt\":\"one\",\"stream\":true}";

            List<String> events = SimulatorClient.events(client.post("/v1/completions", body));

            assertThat(events).last().isEqualTo("[DONE]");
            assertThat(events).first().asString().contains("text_completion");
        }

        @Test
        void responsesHaveTheResponsesFormat() {
            String body = "{\"model\":\"m\",\"input\":\"Hello?\"}";

            JsonNode answer = SimulatorClient.json(client.post("/v1/responses", body));

            assertThat(answer.path("status").stringValue()).isEqualTo("completed");
            JsonNode part = answer.path("output").path(0).path("content").path(0);
            assertThat(part.path("type").stringValue()).isEqualTo("output_text");
            assertThat(part.path("text").stringValue()).contains("Hello?");
            assertThat(answer.path("usage").path("input_tokens").intValue()).isEqualTo(2);
        }

        @Test
        void responsesStreamNumberedEvents() {
            String body = "{\"model\":\"m\",\"input\":\"Hello?\",\"stream\":true}";

            List<JsonNode> events =
                    SimulatorClient.events(client.post("/v1/responses", body)).stream()
                            .map(SimulatorClient.JSON::readTree)
                            .toList();

            assertThat(events)
                    .first()
                    .extracting(e -> e.path("type").stringValue())
                    .isEqualTo("response.created");
            assertThat(events)
                    .last()
                    .extracting(e -> e.path("type").stringValue())
                    .isEqualTo("response.completed");
            for (int i = 0; i < events.size(); i++) {
                assertThat(events.get(i).path("sequence_number").intValue()).isEqualTo(i);
            }
        }

        @Test
        void embeddingsAreUnitVectorsOfTheInput() {
            String body = "{\"model\":\"m\",\"input\":[\"a\",\"b\",\"a\"],\"dimensions\":4}";

            JsonNode data = SimulatorClient.json(client.post("/v1/embeddings", body)).path("data");

            assertThat(data.path(0).path("embedding")).isEqualTo(data.path(2).path("embedding"));
            assertThat(data.path(0).path("embedding")).isNotEqualTo(data.path(1).path("embedding"));
            double square =
                    data.path(0)
                            .path("embedding")
                            .valueStream()
                            .mapToDouble(one -> one.doubleValue() * one.doubleValue())
                            .sum();
            assertThat(square).isBetween(0.999, 1.001);
        }

        @Test
        void embeddingsAreBase64OnRequest() {
            String body =
                    "{\"model\":\"m\",\"input\":\"a\",\"dimensions\":4,\"encoding_format\":\"base64\"}";

            JsonNode answer = SimulatorClient.json(client.post("/v1/embeddings", body));

            assertThat(answer.path("data").path(0).path("embedding").stringValue())
                    .isBase64()
                    .hasSize(24);
        }

        @Test
        void unknownPathAnswers404InTheProvidersFormat() {
            HttpResponse<String> response = client.post("/v1/nothing", "{}");

            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(SimulatorClient.json(response).path("error").path("code").stringValue())
                    .isEqualTo("unknown_url");
        }

        @Test
        void truncatedJsonIsRejected() {
            HttpResponse<String> response = client.post(CHAT, "{\"model\":");

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(SimulatorClient.json(response).path("error").path("message").stringValue())
                    .contains("parse the JSON body");
        }
    }

    @Nested
    class TheLedger {
        @Test
        void ledgerHasTheCallBeforeTheClientHasTheAnswer() {
            String body = SimulatorClient.chat("Hello");

            client.post(
                    CHAT,
                    body,
                    Map.of(
                            "Authorization",
                            "Bearer sk-a-long-secret-1234",
                            "Idempotency-Key",
                            "id-1"));

            LoggedCall entry = client.simulator.ledger().entries().getFirst();
            assertThat(entry.caller()).isEqualTo(new LoggedCall.Caller("…1234", "id-1"));
            assertThat(entry.model()).isEqualTo("gpt-4.1");
            assertThat(entry.billed()).isTrue();
            assertThat(entry.outcome()).isEqualTo(CallOutcome.ANSWERED);
            assertThat(entry.usage()).isEqualTo(expected(CHAT, body).usage());
        }
    }
}
