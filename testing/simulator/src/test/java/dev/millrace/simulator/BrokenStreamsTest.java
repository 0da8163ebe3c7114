package dev.millrace.simulator;

import static dev.millrace.simulator.SimulatorClient.CHAT;
import static dev.millrace.simulator.SimulatorClient.JSON;
import static dev.millrace.simulator.SimulatorClient.MESSAGES;
import static dev.millrace.simulator.SimulatorClient.streamed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.simulator.calllog.CallOutcome;
import dev.millrace.simulator.calllog.LoggedCall;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Tests answers that end early, stall, report an error in their middle, or have comments. */
class BrokenStreamsTest {

    private static final String BODY = SimulatorClient.chat("Hello");
    private static final String RESPONSES = "{\"model\":\"m\",\"input\":\"Hello\"}";

    private static SimulatorClient failing(String failure) {
        return SimulatorClient.ofModel("{\"failures\":{\"" + failure + "\":1}}");
    }

    private static LoggedCall onlyEntry(SimulatorClient client) {
        await().until(() -> client.simulator.ledger().summary().calls() == 1);
        return client.simulator.ledger().entries().getFirst();
    }

    @Nested
    class EndMidBody {
        @Test
        void streamEndsRegularlyWithoutItsLastEvents() {
            try (SimulatorClient client = failing("end_mid_body")) {
                List<String> events = SimulatorClient.events(client.post(CHAT, streamed(BODY)));

                assertThat(events).isNotEmpty().doesNotContain("[DONE]");
                assertThat(onlyEntry(client).outcome()).isEqualTo(CallOutcome.DROPPED);
                assertThat(onlyEntry(client).billed()).isTrue();
            }
        }

        @Test
        void bodyEndsRegularlyInItsMiddle() {
            try (SimulatorClient client = failing("end_mid_body")) {
                HttpResponse<String> response = client.post(CHAT, BODY);

                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.body()).startsWith("{").doesNotEndWith("}");
            }
        }
    }

    @Nested
    class HangMidBody {
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void halfIsSentAndTheClientThatLeavesPays(boolean isStreamed)
                throws IOException, InterruptedException {
            try (SimulatorClient client = failing("hang_mid_body")) {
                HttpResponse<InputStream> response =
                        open(client, isStreamed ? streamed(BODY) : BODY);
                assertThat(response.body().read()).isPositive();
                assertThat(client.simulator.ledger().summary().calls()).isZero();

                response.body().close();

                assertThat(onlyEntry(client).outcome()).isEqualTo(CallOutcome.ABORTED);
                assertThat(onlyEntry(client).billed()).isTrue();
            }
        }

        @Test
        void connectionClosesAfterTheTimeout() throws IOException, InterruptedException {
            try (SimulatorClient client =
                    SimulatorClient.ofModel(
                            "{\"failures\":{\"hang_mid_body\":1},\"hang_for\":\"20ms\"}")) {
                open(client, streamed(BODY));

                assertThat(onlyEntry(client).outcome()).isEqualTo(CallOutcome.DROPPED);
            }
        }

        private static HttpResponse<InputStream> open(SimulatorClient client, String body)
                throws IOException, InterruptedException {
            return client.http.send(
                    client.request(CHAT).POST(BodyPublishers.ofString(body)).build(),
                    BodyHandlers.ofInputStream());
        }
    }

    @Nested
    class ErrorMidStream {
        @Test
        void chatStreamEndsWithAnErrorObject() {
            try (SimulatorClient client = failing("error_mid_stream")) {
                List<String> events = SimulatorClient.events(client.post(CHAT, streamed(BODY)));

                assertThat(events).hasSizeGreaterThan(1).doesNotContain("[DONE]");
                assertThat(JSON.readTree(events.getLast()).path("error").path("type"))
                        .hasToString("\"server_error\"");
                assertThat(onlyEntry(client).billed()).isTrue();
            }
        }

        @Test
        void messagesStreamEndsWithAnErrorEvent() {
            try (SimulatorClient client = failing("error_mid_stream")) {
                HttpResponse<String> response =
                        client.post(MESSAGES, streamed(SimulatorClient.message("Hello")));

                assertThat(SimulatorClient.names(response))
                        .startsWith("message_start")
                        .endsWith("error");
                assertThat(response.body()).contains("overloaded_error");
            }
        }

        @Test
        void errorEventOfResponsesIsNumbered() {
            try (SimulatorClient client = failing("error_mid_stream")) {
                HttpResponse<String> response = client.post("/v1/responses", streamed(RESPONSES));

                List<String> events = SimulatorClient.events(response);
                JsonNode last = JSON.readTree(events.getLast());
                assertThat(last.path("type").stringValue()).isEqualTo("error");
                assertThat(last.path("sequence_number").intValue()).isEqualTo(events.size() - 1);
            }
        }

        @Test
        void unstreamedCallIsAnswered() {
            try (SimulatorClient client = failing("error_mid_stream")) {
                assertThat(client.post(CHAT, BODY).body()).contains("chat.completion");
            }
        }
    }

    @Nested
    class KeepAlive {
        @Test
        void delayedStreamEndsItsBodyBeforeTheNextRequest() {
            try (SimulatorClient client =
                    SimulatorClient.ofModel("{\"latency\":\"20ms\",\"first_byte\":\"1ms\"}")) {
                assertThat(client.post(CHAT, streamed(BODY)).body()).endsWith("data: [DONE]\n\n");
            }
        }

        @Test
        void commentsAreSentWhileTheStreamWaits() {
            try (SimulatorClient client =
                    SimulatorClient.ofModel("{\"latency\":\"60ms\",\"keep_alive\":\"10ms\"}")) {
                HttpResponse<String> response = client.post(CHAT, streamed(BODY));

                assertThat(response.body()).startsWith(": keep-alive\n\n").contains("[DONE]");
            }
        }

        @Test
        void stalledStreamSendsComments() throws IOException, InterruptedException {
            try (SimulatorClient client =
                    SimulatorClient.ofModel(
                            "{\"failures\":{\"hang_mid_body\":1},\"keep_alive\":\"10ms\"}")) {
                HttpResponse<InputStream> response =
                        client.http.send(
                                client.request(CHAT)
                                        .POST(BodyPublishers.ofString(streamed(BODY)))
                                        .build(),
                                BodyHandlers.ofInputStream());

                assertThat(readUntil(response.body(), ": keep-alive\n\n: keep-alive"))
                        .startsWith("data: ");
            }
        }

        private static String readUntil(InputStream in, String end) throws IOException {
            StringBuilder read = new StringBuilder();
            byte[] buffer = new byte[1024];
            while (read.indexOf(end) < 0) {
                int length = in.read(buffer);
                read.append(new String(buffer, 0, length, StandardCharsets.US_ASCII));
            }
            return read.toString();
        }
    }

    @Nested
    class ErrorForms {
        private static HttpResponse<String> error(String model, String body) {
            try (SimulatorClient client = SimulatorClient.ofModel(model)) {
                return client.post(CHAT, body);
            }
        }

        @Test
        void errorAs200HasAnErrorBodyAndIsNotBilled() {
            try (SimulatorClient client = failing("error_as_200")) {
                HttpResponse<String> response = client.post(CHAT, streamed(BODY));

                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(SimulatorClient.json(response).path("error").path("type"))
                        .hasToString("\"server_error\"");
                assertThat(onlyEntry(client).billed()).isFalse();
                assertThat(onlyEntry(client).outcome()).isEqualTo(CallOutcome.REFUSED);
            }
        }

        @Test
        void googleErrorsAreInAnArray() {
            HttpResponse<String> response =
                    error("{\"failures\":{\"rate_limited\":1},\"error_form\":\"google\"}", BODY);

            assertThat(response.statusCode()).isEqualTo(429);
            JsonNode error = SimulatorClient.json(response).path(0).path("error");
            assertThat(error.path("code").intValue()).isEqualTo(429);
            assertThat(error.path("status").stringValue()).isEqualTo("RESOURCE_EXHAUSTED");
        }

        @Test
        void invalidRequestHasTheFormOfItsModel() {
            HttpResponse<String> response =
                    error("{\"error_form\":\"google\"}", "{\"model\":\"m\"}");

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(SimulatorClient.json(response).isArray()).isTrue();
        }

        @Test
        void proxyErrorsAreHtml() {
            HttpResponse<String> response =
                    error(
                            "{\"failures\":{\"server_error\":1},\"error_form\":\"html\","
                                    + "\"server_error_statuses\":[502]}",
                            BODY);

            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(SimulatorClient.header(response, "content-type")).isEqualTo("text/html");
            assertThat(response.body()).startsWith("<html>").contains("502 Bad Gateway");
        }
    }
}
