package dev.millrace.simulator;

import static dev.millrace.simulator.SimulatorClient.CHAT;
import static dev.millrace.simulator.SimulatorClient.MESSAGES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.simulator.traffic.TrafficCounts;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests accounts: keys, limits and credit. */
class AccountsOverHttpTest {
    private static final String FIRST = "sk-first-of-nobody";
    private static final String SECOND = "sk-second-of-nobody";

    private static SimulatorClient client(String first) {
        return SimulatorClient.of(
                "{\"accounts\":{\"first\":{\"keys\":[\""
                        + FIRST
                        + "\"],"
                        + first
                        + "},\"second\":{\"keys\":[\""
                        + SECOND
                        + "\"]}}}");
    }

    private static HttpResponse<String> chat(SimulatorClient client, String key) {
        return client.post(
                CHAT, SimulatorClient.chat("Hello"), Map.of("Authorization", "Bearer " + key));
    }

    private static HttpResponse<String> message(SimulatorClient client, String key) {
        return client.post(MESSAGES, SimulatorClient.message("Hello"), Map.of("x-api-key", key));
    }

    @Nested
    class Keys {
        @Test
        void keyOfNoAccountIsRejectedOnBothWires() {
            try (SimulatorClient client = client("\"limits\":{}")) {
                assertThat(chat(client, "sk-other").statusCode()).isEqualTo(401);
                assertThat(chat(client, "sk-other").body()).contains("invalid_api_key");
                assertThat(message(client, "sk-other").body()).contains("authentication_error");
                assertThat(client.simulator.statistics().account("(unknown key)").outcomes())
                        .isEqualTo(Map.of("unauthorized", 3L));
            }
        }

        @Test
        void keyAddedAtRunTimeIsAccepted() {
            try (SimulatorClient client = client("\"limits\":{}")) {
                client.put("/admin/accounts/third", "{\"keys\":[\"sk-third-of-nobody\"]}");

                assertThat(chat(client, "sk-third-of-nobody").statusCode()).isEqualTo(200);
            }
        }

        @Test
        void keyOfAnotherAccountCannotBeAdded() {
            try (SimulatorClient client = client("\"limits\":{}")) {
                HttpResponse<String> response =
                        client.put("/admin/accounts/third", "{\"keys\":[\"" + FIRST + "\"]}");

                assertThat(response.statusCode()).isEqualTo(400);
                assertThat(response.body())
                        .contains("must not list a key of another account")
                        .doesNotContain(FIRST);
            }
        }

        @Test
        void accountsAreShownWithoutTheirKeys() {
            try (SimulatorClient client = client("\"limits\":{}")) {
                HttpResponse<String> response = client.get("/admin/accounts");

                assertThat(SimulatorClient.json(response).path("first").path("keys").intValue())
                        .isEqualTo(1);
                assertThat(response.body()).doesNotContain("nobody");
            }
        }
    }

    @Nested
    class Limits {
        private static final String ONE_PER_MINUTE =
                "\"limits\":{\"requests_per_minute\":1,\"window\":\"sliding\"}";

        @Test
        void limitOfAnAccountHoldsOverAllModelsAndForNoOtherAccount() {
            try (SimulatorClient client = client(ONE_PER_MINUTE)) {
                assertThat(chat(client, FIRST).statusCode()).isEqualTo(200);

                HttpResponse<String> second = message(client, FIRST);

                assertThat(second.statusCode()).isEqualTo(429);
                assertThat(SimulatorClient.header(second, "anthropic-ratelimit-requests-remaining"))
                        .isEqualTo("0");
                assertThat(chat(client, SECOND).statusCode()).isEqualTo(200);
            }
        }

        @Test
        void headersReportTheTighterOfModelAndAccount() {
            try (SimulatorClient client = client(ONE_PER_MINUTE)) {
                client.put("/admin/models/gpt-4.1", "{\"limits\":{\"requests_per_minute\":1000}}");

                HttpResponse<String> response = chat(client, FIRST);

                assertThat(SimulatorClient.header(response, "x-ratelimit-limit-requests"))
                        .isEqualTo("1");
            }
        }

        @Test
        void statisticsCountRefusedCallsByAccount() {
            try (SimulatorClient client = client(ONE_PER_MINUTE)) {
                chat(client, FIRST);
                chat(client, FIRST);
                chat(client, SECOND);

                TrafficCounts first = client.simulator.statistics().account("first");
                assertThat(first.outcomes()).isEqualTo(Map.of("answered", 1L, "rate_limited", 1L));
                assertThat(first.highest().requestsPerMinute()).isEqualTo(2);
                assertThat(
                                SimulatorClient.json(client.get("/admin/statistics"))
                                        .at("/accounts/second/highest/requests_per_minute")
                                        .intValue())
                        .isEqualTo(1);
            }
        }
    }

    @Nested
    class Credit {
        @Test
        void accountIsRefusedWhenItsCreditIsUsedUp() {
            try (SimulatorClient client = client("\"credit_tokens\":1")) {
                assertThat(chat(client, FIRST).statusCode()).isEqualTo(200);

                HttpResponse<String> second = chat(client, FIRST);

                assertThat(second.statusCode()).isEqualTo(429);
                assertThat(second.body()).contains("insufficient_quota");
                assertThat(chat(client, SECOND).statusCode()).isEqualTo(200);
            }
        }

        @Test
        void emptyAccountHasTheFormOfTheAnthropicWire() {
            try (SimulatorClient client = client("\"credit_tokens\":0")) {
                HttpResponse<String> response = message(client, FIRST);

                assertThat(response.statusCode()).isEqualTo(400);
                assertThat(response.body()).contains("credit balance is too low");
            }
        }

        @Test
        void emptyAccountMayAnswer402() {
            try (SimulatorClient client =
                    client("\"credit_tokens\":0,\"when_empty\":\"payment_required\"")) {
                assertThat(chat(client, FIRST).statusCode()).isEqualTo(402);
            }
        }

        @Test
        void toppedUpAccountIsAnswered() {
            try (SimulatorClient client = client("\"credit_tokens\":0")) {
                chat(client, FIRST);

                client.put("/admin/accounts/first", "{\"credit_tokens\":1000}");

                HttpResponse<String> response = chat(client, FIRST);
                assertThat(response.statusCode()).isEqualTo(200);
                int used = SimulatorClient.json(response).at("/usage/total_tokens").intValue();
                assertThat(
                                SimulatorClient.json(client.get("/admin/accounts"))
                                        .at("/first/credit_tokens")
                                        .longValue())
                        .isEqualTo(1000 - used);
            }
        }

        @Test
        void unbilledCallCostsNoCredit() {
            try (SimulatorClient client = client("\"credit_tokens\":1")) {
                client.put("/admin/models/*", "{\"failures\":{\"server_error\":1}}");

                chat(client, FIRST);

                assertThat(client.simulator.accounts().settings("first").creditTokens())
                        .hasValue(1);
            }
        }
    }
}
