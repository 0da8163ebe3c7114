package dev.millrace.simulator;

import static dev.millrace.simulator.SimulatorClient.CHAT;
import static dev.millrace.simulator.SimulatorClient.MESSAGES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.simulator.calllog.CallOutcome;
import dev.millrace.simulator.calllog.LoggedCall;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Tests random and deterministic failures on both wires. */
class FailuresOverHttpTest {
    private static SimulatorClient failing(String failure) {
        return SimulatorClient.ofModel("{\"failures\":{\"" + failure + "\":1}}");
    }

    @Nested
    class RandomFailures {
        @ParameterizedTest
        @CsvSource({
            "rate_limited,429,requests,rate_limit_exceeded",
            "unauthorized,401,invalid_request_error,invalid_api_key",
            "payment_required,402,unknown_error,invalid_request_error",
            "insufficient_quota,429,insufficient_quota,insufficient_quota",
            "model_not_found,404,invalid_request_error,model_not_found",
            "overloaded,529,overloaded_error,",
            "context_length_exceeded,400,invalid_request_error,context_length_exceeded",
            "content_filter,400,invalid_request_error,content_filter",
        })
        void openAiErrorsHaveTypeAndCode(String failure, int status, String type, String code) {
            try (SimulatorClient client = failing(failure)) {
                HttpResponse<String> response = client.post(CHAT, SimulatorClient.chat("Hello"));

                assertThat(response.statusCode()).isEqualTo(status);
                JsonNode error = SimulatorClient.json(response).path("error");
                assertThat(error.path("type").stringValue()).isEqualTo(type);
                assertThat(error.path("code").asString(null)).isEqualTo(code);
                assertThat(error.path("message").stringValue()).isNotBlank();
                assertThat(error.has("param")).isTrue();
            }
        }

        @Test
        void gatewayTimeoutIsBilled() {
            try (SimulatorClient client = failing("gateway_timeout")) {
                HttpResponse<String> response = client.post(CHAT, SimulatorClient.chat("Hello"));

                assertThat(response.statusCode()).isEqualTo(504);
                LoggedCall entry = client.simulator.ledger().entries().getFirst();
                assertThat(entry.outcome()).isEqualTo(CallOutcome.REFUSED);
                assertThat(entry.billed()).isTrue();
                assertThat(entry.usage().output()).isPositive();
            }
        }

        @ParameterizedTest
        @CsvSource({
            "rate_limited,429,rate_limit_error",
            "unauthorized,401,authentication_error",
            "payment_required,402,billing_error",
            "insufficient_quota,400,invalid_request_error",
            "model_not_found,404,not_found_error",
            "overloaded,529,overloaded_error",
            "context_length_exceeded,400,invalid_request_error",
        })
        void anthropicErrorsHaveTypeAndRequestId(String failure, int status, String type) {
            try (SimulatorClient client = failing(failure)) {
                HttpResponse<String> response =
                        client.post(MESSAGES, SimulatorClient.message("Hello"));

                assertThat(response.statusCode()).isEqualTo(status);
                JsonNode body = SimulatorClient.json(response);
                assertThat(body.path("type").stringValue()).isEqualTo("error");
                assertThat(body.path("error").path("type").stringValue()).isEqualTo(type);
                assertThat(body.path("request_id").stringValue())
                        .isEqualTo(SimulatorClient.header(response, "request-id"));
            }
        }

        @Test
        void serverErrorsHaveTheConfiguredStatuses() {
            try (SimulatorClient client =
                    SimulatorClient.ofModel(
                            "{\"failures\":{\"server_error\":1},\"server_error_statuses\":[502,503]}")) {
                List<Integer> statuses =
                        Stream.generate(
                                        () ->
                                                client.post(CHAT, SimulatorClient.chat("Hello"))
                                                        .statusCode())
                                .limit(30)
                                .distinct()
                                .sorted()
                                .toList();

                assertThat(statuses).containsExactly(502, 503);
            }
        }

        @Test
        void errorsAreNotBilled() {
            try (SimulatorClient client = failing("server_error")) {
                client.post(CHAT, SimulatorClient.chat("Hello"));

                LoggedCall entry = client.simulator.ledger().entries().getFirst();
                assertThat(entry.billed()).isFalse();
                assertThat(entry.outcome()).isEqualTo(CallOutcome.REFUSED);
                assertThat(entry.usage().total()).isZero();
            }
        }

        @Test
        void failuresOccurAtTheirRate() {
            try (SimulatorClient client = failing("server_error")) {
                client.put("/admin/models/*", "{\"failures\":{\"server_error\":0.5}}");

                long failed =
                        Stream.generate(
                                        () ->
                                                client.post(CHAT, SimulatorClient.chat("Hello"))
                                                        .statusCode())
                                .limit(200)
                                .filter(status -> status >= 500)
                                .count();

                assertThat(failed).isBetween(60L, 140L);
            }
        }

        @Test
        void equalSeedsFailTheSameCalls() {
            String settings =
                    "{\"seed\":7,\"models\":{\"*\":{\"failures\":{\"server_error\":0.5}}}}";

            assertThat(statuses(settings)).isEqualTo(statuses(settings)).contains(200, 500);
        }

        private static List<Integer> statuses(String settings) {
            try (SimulatorClient client = SimulatorClient.of(settings)) {
                return Stream.generate(
                                () -> client.post(CHAT, SimulatorClient.chat("Hello")).statusCode())
                        .limit(40)
                        .toList();
            }
        }
    }

    @Nested
    class RetryAfterHeaders {
        private HttpResponse<String> throttled(String form) {
            try (SimulatorClient client =
                    SimulatorClient.ofModel(
                            "{\"failures\":{\"rate_limited\":1},\"retry_after\":{\"form\":\""
                                    + form
                                    + "\",\"delay\":\"1500ms\"}}")) {
                return client.post(CHAT, SimulatorClient.chat("Hello"));
            }
        }

        @Test
        void waitIsGivenInSeconds() {
            assertThat(SimulatorClient.header(throttled("seconds"), "retry-after")).isEqualTo("2");
        }

        @Test
        void waitIsGivenAsADate() {
            Instant before = Instant.now();

            HttpResponse<String> response = throttled("date");

            Instant until =
                    ZonedDateTime.parse(
                                    SimulatorClient.header(response, "retry-after"),
                                    DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant();
            assertThat(until).isBetween(before.plusMillis(1_500), Instant.now().plusMillis(2_500));
        }

        @Test
        void waitIsGivenInMilliseconds() {
            HttpResponse<String> response = throttled("milliseconds");

            assertThat(SimulatorClient.header(response, "retry-after-ms")).isEqualTo("1500");
            assertThat(response.headers().firstValue("retry-after")).isEmpty();
        }

        @Test
        void waitIsOmitted() {
            assertThat(throttled("none").headers().map())
                    .doesNotContainKeys("retry-after", "retry-after-ms");
        }
    }

    @Nested
    class DeterministicFailures {
        @Test
        void firstCallsOfEachIdempotencyKeyFail() {
            try (SimulatorClient client =
                    SimulatorClient.ofModel("{\"fail_first\":{\"calls\":2,\"status\":503}}")) {
                assertThat(statuses(client, "a", 4)).containsExactly(503, 503, 200, 200);
                assertThat(statuses(client, "b", 3)).containsExactly(503, 503, 200);
            }
        }

        @Test
        void callsWithoutAnIdempotencyKeyAreAnswered() {
            try (SimulatorClient client =
                    SimulatorClient.ofModel("{\"fail_first\":{\"calls\":2,\"status\":503}}")) {
                assertThat(client.post(CHAT, SimulatorClient.chat("Hello")).statusCode())
                        .isEqualTo(200);
            }
        }

        @Test
        void clearingTheLedgerResetsTheFailures() {
            try (SimulatorClient client =
                    SimulatorClient.ofModel("{\"fail_first\":{\"calls\":1,\"status\":429}}")) {
                statuses(client, "a", 2);

                client.delete("/admin/ledger");

                assertThat(statuses(client, "a", 2)).containsExactly(429, 200);
            }
        }

        @Test
        void promptAboveTheContextWindowIsRejected() {
            try (SimulatorClient client = SimulatorClient.ofModel("{\"context_window\":5}")) {
                assertThat(
                                client.post(CHAT, SimulatorClient.chat("12345678901234567890"))
                                        .statusCode())
                        .isEqualTo(200);
                HttpResponse<String> response =
                        client.post(CHAT, SimulatorClient.chat("123456789012345678901"));

                assertThat(response.statusCode()).isEqualTo(400);
                assertThat(response.body())
                        .contains("context_length_exceeded")
                        .contains("maximum context length is 5 tokens");
            }
        }

        private static List<Integer> statuses(
                SimulatorClient client, String idempotencyKey, int calls) {
            return Stream.generate(
                            () ->
                                    client.post(
                                                    CHAT,
                                                    SimulatorClient.chat("Hello"),
                                                    Map.of("Idempotency-Key", idempotencyKey))
                                            .statusCode())
                    .limit(calls)
                    .toList();
        }
    }

    @Nested
    class Keys {
        @Test
        void onlyConfiguredKeysAreAccepted() {
            try (SimulatorClient client = SimulatorClient.of("{\"keys\":[\"sk-right\"]}")) {
                assertThat(status(client, CHAT, "Authorization", "Bearer sk-right")).isEqualTo(200);
                assertThat(status(client, CHAT, "Authorization", "Bearer sk-wrong")).isEqualTo(401);
                assertThat(status(client, MESSAGES, "x-api-key", "sk-right")).isEqualTo(200);
                assertThat(client.post(CHAT, SimulatorClient.chat("Hello")).statusCode())
                        .isEqualTo(401);
            }
        }

        private static int status(
                SimulatorClient client, String path, String header, String value) {
            String body =
                    path.equals(CHAT)
                            ? SimulatorClient.chat("Hello")
                            : SimulatorClient.message("Hello");
            return client.post(path, body, Map.of(header, value)).statusCode();
        }
    }

    @Nested
    class UnusableAnswers {
        @Test
        void garbageIsBilledAndHasStatus200() {
            try (SimulatorClient client = failing("garbage")) {
                HttpResponse<String> response = client.post(CHAT, SimulatorClient.chat("Hello"));

                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.body()).startsWith("<html>");
                assertThat(client.simulator.ledger().summary().billed()).isEqualTo(1);
            }
        }

        @Test
        void filteredAnswerIsMarkedAndBilled() {
            try (SimulatorClient client = failing("content_filter_finish")) {
                JsonNode openAi =
                        SimulatorClient.json(client.post(CHAT, SimulatorClient.chat("Hello")));
                JsonNode anthropic =
                        SimulatorClient.json(
                                client.post(MESSAGES, SimulatorClient.message("Hello")));

                assertThat(openAi.path("choices").path(0).path("finish_reason").stringValue())
                        .isEqualTo("content_filter");
                assertThat(anthropic.path("stop_reason").stringValue()).isEqualTo("refusal");
                assertThat(client.simulator.ledger().summary().billed()).isEqualTo(2);
            }
        }
    }
}
