package dev.millrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the paths and headers by which providers of one wire differ. */
class ProviderPathsTest {
    private static final String AZURE = "/openai/deployments/my-gpt/chat/completions";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/chat/completions",
                "/chat/completions",
                "/openai/v1/chat/completions",
                "/v1beta/openai/chat/completions",
                "/compatible-mode/v1/chat/completions",
                "/api/v1/chat/completions"
            })
    void operationIsFoundBelowEveryPrefix(String path) {
        try (SimulatorClient client = SimulatorClient.of("{}")) {
            assertThat(client.post(path, SimulatorClient.chat("Hello")).body())
                    .contains("chat.completion");
        }
    }

    @Test
    void azurePathNamesTheModel() {
        try (SimulatorClient client = SimulatorClient.of("{\"keys\":[\"azure-key\"]}")) {
            HttpResponse<String> response =
                    client.post(
                            AZURE + "?api-version=2024-10-21",
                            "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}",
                            Map.of("api-key", "azure-key"));

            assertThat(SimulatorClient.json(response).path("model").stringValue())
                    .isEqualTo("my-gpt");
            assertThat(client.simulator.ledger().entries().getFirst().model()).isEqualTo("my-gpt");
        }
    }

    @Test
    void azurePathNeedsAnApiVersion() {
        try (SimulatorClient client = SimulatorClient.of("{}")) {
            HttpResponse<String> response = client.post(AZURE, SimulatorClient.chat("Hello"));

            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body()).contains("Resource not found");
        }
    }

    @Test
    void messagesNeedAVersion() {
        try (SimulatorClient client = SimulatorClient.of("{}")) {
            HttpResponse<String> response =
                    client.send(
                            client.request(SimulatorClient.MESSAGES)
                                    .POST(BodyPublishers.ofString(SimulatorClient.message("Hello")))
                                    .build());

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body())
                    .contains("anthropic-version: header is required")
                    .contains(SimulatorClient.header(response, "request-id"));
        }
    }
}
