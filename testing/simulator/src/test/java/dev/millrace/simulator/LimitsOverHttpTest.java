package dev.millrace.simulator;

import static dev.millrace.simulator.SimulatorClient.CHAT;
import static dev.millrace.simulator.SimulatorClient.MESSAGES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests limits and the headers that report them. */
class LimitsOverHttpTest {

    /** Returns the whole seconds that are left of a minute. */
    private static long restOfTheMinute(Instant start) {
        return Duration.between(Instant.now(), start.plusSeconds(60)).toSeconds();
    }

    @Nested
    class OnTheOpenAiWire {
        @Test
        void headersReportTheRemainingLimit() {
            try (SimulatorClient client =
                    SimulatorClient.ofModel(
                            "{\"limits\":{\"requests_per_minute\":2,\"tokens_per_minute\":100000}}")) {
                HttpResponse<String> response = client.post(CHAT, SimulatorClient.chat("Hello"));

                assertThat(SimulatorClient.header(response, "x-ratelimit-limit-requests"))
                        .isEqualTo("2");
                assertThat(SimulatorClient.header(response, "x-ratelimit-remaining-requests"))
                        .isEqualTo("1");
                assertThat(SimulatorClient.header(response, "x-ratelimit-reset-requests"))
                        .isEqualTo("30s");
                assertThat(SimulatorClient.header(response, "x-ratelimit-limit-tokens"))
                        .isEqualTo("100000");
                int used =
                        SimulatorClient.json(response)
                                .path("usage")
                                .path("total_tokens")
                                .intValue();
                assertThat(SimulatorClient.header(response, "x-ratelimit-remaining-tokens"))
                        .isEqualTo(Integer.toString(100000 - used));
                assertThat(SimulatorClient.header(response, "x-ratelimit-reset-tokens"))
                        .endsWith("ms");
            }
        }

        @Test
        void requestAboveTheLimitIsRejectedWithTheWait() {
            try (SimulatorClient client =
                    SimulatorClient.ofModel("{\"limits\":{\"requests_per_minute\":1}}")) {
                Instant before = Instant.now();
                client.post(CHAT, SimulatorClient.chat("Hello"));

                HttpResponse<String> response = client.post(CHAT, SimulatorClient.chat("Hello"));

                long rest = restOfTheMinute(before);
                assertThat(response.statusCode()).isEqualTo(429);
                assertThat(SimulatorClient.header(response, "x-ratelimit-remaining-requests"))
                        .isEqualTo("0");
                assertThat(Long.parseLong(SimulatorClient.header(response, "retry-after")))
                        .isBetween(rest, 60L);
                assertThat(Long.parseLong(SimulatorClient.header(response, "retry-after-ms")))
                        .isBetween(rest * 1_000, 60_000L);
                assertThat(response.body()).contains("requests per min (RPM)");
            }
        }

        @Test
        void tokensAboveTheLimitAreRejected() {
            try (SimulatorClient client =
                    SimulatorClient.ofModel("{\"limits\":{\"tokens_per_minute\":40}}")) {
                client.post(CHAT, SimulatorClient.chat("Hello"));

                HttpResponse<String> response = client.post(CHAT, SimulatorClient.chat("Hello"));

                assertThat(response.statusCode()).isEqualTo(429);
                assertThat(response.body()).contains("tokens per min (TPM)");
            }
        }

        @Test
        void callLargerThanASlidingWindowIsRejectedWithoutAWait() {
            try (SimulatorClient client =
                    SimulatorClient.ofModel(
                            "{\"limits\":{\"tokens_per_minute\":5,\"window\":\"sliding\"}}")) {
                HttpResponse<String> response = client.post(CHAT, SimulatorClient.chat("Hello"));

                assertThat(response.statusCode()).isEqualTo(429);
                assertThat(response.body()).contains("Request too large", "Limit 5, Requested");
                assertThat(SimulatorClient.header(response, "retry-after")).isEqualTo("(none)");
            }
        }

        @Test
        void modelsHaveSeparateLimits() {
            try (SimulatorClient client =
                    SimulatorClient.ofModel("{\"limits\":{\"requests_per_minute\":1}}")) {
                String other = SimulatorClient.chat("Hello").replace("gpt-4.1", "qwen-turbo");

                assertThat(client.post(CHAT, SimulatorClient.chat("Hello")).statusCode())
                        .isEqualTo(200);
                assertThat(client.post(CHAT, other).statusCode()).isEqualTo(200);
            }
        }
    }

    @Nested
    class OnTheAnthropicWire {
        @Test
        void headersReportTheRemainingLimitAndItsReset() {
            try (SimulatorClient client =
                    SimulatorClient.ofModel(
                            "{\"limits\":{\"requests_per_minute\":2,\"input_tokens_per_minute\":1000,"
                                    + "\"output_tokens_per_minute\":1000}}")) {
                Instant before = Instant.now();

                HttpResponse<String> response =
                        client.post(MESSAGES, SimulatorClient.message("Hello"));

                assertThat(SimulatorClient.header(response, "anthropic-ratelimit-requests-limit"))
                        .isEqualTo("2");
                assertThat(
                                SimulatorClient.header(
                                        response, "anthropic-ratelimit-requests-remaining"))
                        .isEqualTo("1");
                assertThat(
                                Instant.parse(
                                        SimulatorClient.header(
                                                response, "anthropic-ratelimit-requests-reset")))
                        .isBetween(before.plusSeconds(25), before.plusSeconds(60));
                assertThat(
                                SimulatorClient.header(
                                        response, "anthropic-ratelimit-input-tokens-remaining"))
                        .isEqualTo("998");
                assertThat(response.headers().map())
                        .containsKey("anthropic-ratelimit-output-tokens-reset");
            }
        }

        @Test
        void requestAboveTheLimitIsRejectedWithTheWait() {
            try (SimulatorClient client =
                    SimulatorClient.ofModel("{\"limits\":{\"requests_per_minute\":1}}")) {
                Instant before = Instant.now();
                client.post(MESSAGES, SimulatorClient.message("Hello"));

                HttpResponse<String> response =
                        client.post(MESSAGES, SimulatorClient.message("Hello"));

                long rest = restOfTheMinute(before);
                assertThat(response.statusCode()).isEqualTo(429);
                assertThat(response.body()).contains("rate_limit_error");
                assertThat(Long.parseLong(SimulatorClient.header(response, "retry-after")))
                        .isBetween(rest, 60L);
            }
        }
    }

    @Test
    void callsAboveTheConcurrencyLimitAreRejected() {
        try (SimulatorClient client =
                SimulatorClient.ofModel("{\"limits\":{\"concurrency\":1},\"latency\":\"1h\"}")) {
            var calls =
                    List.of(
                            client.postAsync(CHAT, SimulatorClient.chat("Hello")),
                            client.postAsync(CHAT, SimulatorClient.chat("Hello")));

            await().until(() -> client.simulator.ledger().summary().calls() == 1);

            assertThat(client.simulator.ledger().entries().getFirst().status()).isEqualTo(429);
            assertThat(calls).filteredOn(CompletableFuture::isDone).hasSizeLessThan(2);
        }
    }
}
