package dev.millrace.simulator;

import static dev.millrace.simulator.SimulatorClient.CHAT;
import static dev.millrace.simulator.SimulatorClient.MESSAGES;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests how each wire and the ledger report the prompt cache and the tier. */
class PromptCacheOverHttpTest {
    private static final String BREAKPOINTS = "{\"prompt_cache\":{\"match\":\"breakpoints\"}}";
    private static final String LONG = "s".repeat(4 * 1_100);

    private static JsonNode ledger(SimulatorClient client) {
        return SimulatorClient.JSON.readTree(
                client.get("/admin/ledger").body().lines().toList().getLast());
    }

    private static void assertUsage(
            JsonNode usage, String details, int input, int cached, int written) {
        assertThat(usage.path(details + "_tokens").asInt()).isEqualTo(input);
        JsonNode shown = usage.path(details + "_tokens_details");
        assertThat(shown.path("cached_tokens").asInt()).isEqualTo(cached);
        assertThat(shown.path("cache_write_tokens").asInt()).isEqualTo(written);
    }

    @Test
    void chatCompletionsReportReadsAndWrites() {
        try (SimulatorClient client = SimulatorClient.ofModel(BREAKPOINTS)) {
            String body = SimulatorClient.chat(LONG);

            JsonNode first = SimulatorClient.json(client.post(CHAT, body)).path("usage");
            JsonNode second = SimulatorClient.json(client.post(CHAT, body)).path("usage");

            assertUsage(first, "prompt", 1_100, 0, 1_100);
            assertUsage(second, "prompt", 1_100, 1_100, 0);
            assertThat(ledger(client).path("cached_input_tokens").asInt()).isEqualTo(1_100);
        }
    }

    @Test
    void responsesReportReadsAndWrites() {
        try (SimulatorClient client = SimulatorClient.ofModel(BREAKPOINTS)) {
            String body = "{\"model\":\"m\",\"input\":\"" + LONG + "\"}";

            JsonNode first = SimulatorClient.json(client.post("/v1/responses", body)).path("usage");
            JsonNode second =
                    SimulatorClient.json(client.post("/v1/responses", body)).path("usage");

            assertUsage(first, "input", 1_100, 0, 1_100);
            assertUsage(second, "input", 1_100, 1_100, 0);
        }
    }

    @Test
    void messagesReportReadsAndWritesBesideTheInput() {
        try (SimulatorClient client = SimulatorClient.ofModel(BREAKPOINTS)) {
            String body =
                    SimulatorClient.message(LONG)
                            .replaceFirst("\\{", "{\"cache_control\":{\"type\":\"ephemeral\"},");

            JsonNode first = SimulatorClient.json(client.post(MESSAGES, body)).path("usage");
            JsonNode second = SimulatorClient.json(client.post(MESSAGES, body)).path("usage");

            assertThat(first.path("input_tokens").asInt()).isZero();
            assertThat(first.path("cache_creation_input_tokens").asInt()).isEqualTo(1_100);
            assertThat(first.path("cache_read_input_tokens").asInt()).isZero();
            assertThat(second.path("cache_creation_input_tokens").asInt()).isZero();
            assertThat(second.path("cache_read_input_tokens").asInt()).isEqualTo(1_100);
        }
    }

    @Test
    void answerAndLedgerNameTheTier() {
        try (SimulatorClient client = SimulatorClient.ofModel("{\"flex\":{\"refused\":[0]}}")) {
            String flex =
                    SimulatorClient.chat("Hello")
                            .replaceFirst("\\{", "{\"service_tier\":\"flex\",");

            JsonNode answer = SimulatorClient.json(client.post(CHAT, flex));
            assertThat(answer.path("service_tier").asString()).isEqualTo("flex");
            assertThat(ledger(client).path("service_tier").asString()).isEqualTo("flex");

            client.post(CHAT, SimulatorClient.chat("Hello"));
            assertThat(ledger(client).path("service_tier").asString()).isEqualTo("default");
        }
    }

    @Test
    void refusalOfTheTierIsNotBilled() {
        try (SimulatorClient client = SimulatorClient.ofModel("{\"flex\":{\"refused\":[1]}}")) {
            String flex =
                    SimulatorClient.chat("Hello")
                            .replaceFirst("\\{", "{\"service_tier\":\"flex\",");

            assertThat(client.post(CHAT, flex).statusCode()).isEqualTo(429);
            assertThat(ledger(client).path("billed").asBoolean(true)).isFalse();
            assertThat(client.get("/admin/statistics").body()).contains("resource_unavailable");
        }
    }
}
