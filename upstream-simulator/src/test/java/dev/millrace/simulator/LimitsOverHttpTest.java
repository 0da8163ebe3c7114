package dev.millrace.simulator;

import static dev.millrace.simulator.Client.CHAT;
import static dev.millrace.simulator.Client.MESSAGES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Limits per minute and the headers that tell of them. */
class LimitsOverHttpTest {
    @Nested
    class OnTheOpenAiWire {
        @Test
        void headersTellWhatIsLeft() {
            try (Client client =
                    Client.ofModel(
                            "{\"limits\":{\"requests_per_minute\":2,\"tokens_per_minute\":100000}}")) {
                HttpResponse<String> response = client.post(CHAT, Client.chat("Hello"));

                assertThat(Client.header(response, "x-ratelimit-limit-requests")).isEqualTo("2");
                assertThat(Client.header(response, "x-ratelimit-remaining-requests"))
                        .isEqualTo("1");
                assertThat(Client.header(response, "x-ratelimit-reset-requests")).isEqualTo("30s");
                assertThat(Client.header(response, "x-ratelimit-limit-tokens")).isEqualTo("100000");
                int used = Client.json(response).path("usage").path("total_tokens").intValue();
                assertThat(Client.header(response, "x-ratelimit-remaining-tokens"))
                        .isEqualTo(Integer.toString(100000 - used));
                assertThat(Client.header(response, "x-ratelimit-reset-tokens")).endsWith("ms");
            }
        }

        @Test
        void oneRequestTooManyIsRefusedWithTheWait() {
            try (Client client = Client.ofModel("{\"limits\":{\"requests_per_minute\":1}}")) {
                client.post(CHAT, Client.chat("Hello"));

                HttpResponse<String> response = client.post(CHAT, Client.chat("Hello"));

                assertThat(response.statusCode()).isEqualTo(429);
                assertThat(Client.header(response, "x-ratelimit-remaining-requests"))
                        .isEqualTo("0");
                int wait = Integer.parseInt(Client.header(response, "retry-after"));
                assertThat(wait).isBetween(50, 60);
                assertThat(Integer.parseInt(Client.header(response, "retry-after-ms")))
                        .isBetween(50_000, 60_000);
                assertThat(response.body()).contains("requests per min (RPM)");
            }
        }

        @Test
        void tokensAreLimitedToo() {
            try (Client client = Client.ofModel("{\"limits\":{\"tokens_per_minute\":40}}")) {
                client.post(CHAT, Client.chat("Hello"));

                HttpResponse<String> response = client.post(CHAT, Client.chat("Hello"));

                assertThat(response.statusCode()).isEqualTo(429);
                assertThat(response.body()).contains("tokens per min (TPM)");
            }
        }

        @Test
        void modelsDoNotShareTheirLimits() {
            try (Client client = Client.ofModel("{\"limits\":{\"requests_per_minute\":1}}")) {
                String other = Client.chat("Hello").replace("gpt-4.1", "qwen-turbo");

                assertThat(client.post(CHAT, Client.chat("Hello")).statusCode()).isEqualTo(200);
                assertThat(client.post(CHAT, other).statusCode()).isEqualTo(200);
            }
        }
    }

    @Nested
    class OnTheAnthropicWire {
        @Test
        void headersTellWhatIsLeftAndUntilWhen() {
            try (Client client =
                    Client.ofModel(
                            "{\"limits\":{\"requests_per_minute\":2,\"input_tokens_per_minute\":1000,"
                                    + "\"output_tokens_per_minute\":1000}}")) {
                Instant before = Instant.now();

                HttpResponse<String> response = client.post(MESSAGES, Client.message("Hello"));

                assertThat(Client.header(response, "anthropic-ratelimit-requests-limit"))
                        .isEqualTo("2");
                assertThat(Client.header(response, "anthropic-ratelimit-requests-remaining"))
                        .isEqualTo("1");
                assertThat(
                                Instant.parse(
                                        Client.header(
                                                response, "anthropic-ratelimit-requests-reset")))
                        .isBetween(before.plusSeconds(25), before.plusSeconds(60));
                assertThat(Client.header(response, "anthropic-ratelimit-input-tokens-remaining"))
                        .isEqualTo("998");
                assertThat(response.headers().map())
                        .containsKey("anthropic-ratelimit-output-tokens-reset");
            }
        }

        @Test
        void oneRequestTooManyIsRefusedWithTheWait() {
            try (Client client = Client.ofModel("{\"limits\":{\"requests_per_minute\":1}}")) {
                client.post(MESSAGES, Client.message("Hello"));

                HttpResponse<String> response = client.post(MESSAGES, Client.message("Hello"));

                assertThat(response.statusCode()).isEqualTo(429);
                assertThat(response.body()).contains("rate_limit_error");
                assertThat(Integer.parseInt(Client.header(response, "retry-after")))
                        .isBetween(50, 60);
            }
        }
    }

    @Test
    void callsUnderWayAreLimited() {
        try (Client client =
                Client.ofModel("{\"limits\":{\"concurrency\":1},\"latency\":\"1h\"}")) {
            var calls =
                    List.of(
                            client.postAsync(CHAT, Client.chat("Hello")),
                            client.postAsync(CHAT, Client.chat("Hello")));

            await().until(() -> client.simulator.ledger().summary().calls() == 1);

            assertThat(client.simulator.ledger().entries().getFirst().status()).isEqualTo(429);
            assertThat(calls).filteredOn(CompletableFuture::isDone).hasSizeLessThan(2);
        }
    }
}
