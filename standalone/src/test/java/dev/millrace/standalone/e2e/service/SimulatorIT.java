package dev.millrace.standalone.e2e.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.e2e.Batch;
import dev.millrace.standalone.e2e.Launcher;
import dev.millrace.standalone.e2e.Running;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The simulated provider as a separate process. */
class SimulatorIT {
    private static final String BANNER = "simulator ";

    @TempDir private Path folder;

    @Test
    void simulatorAnswersAndCountsCallsUntilItIsTerminated()
            throws IOException, InterruptedException {
        Running simulator = new Launcher(folder).start("simulator");
        simulator.awaitOutput("\n");
        URI address = URI.create(simulator.out().strip().substring(BANNER.length()));
        try (HttpClient client = HttpClient.newHttpClient()) {
            JsonNode answer =
                    call(
                            client,
                            HttpRequest.newBuilder(address.resolve("/v1/chat/completions"))
                                    .POST(
                                            HttpRequest.BodyPublishers.ofString(
                                                    """
                                                    {"model":"m","messages":[{"role":"user","content":"ping"}]}""")));
            JsonNode ledger =
                    call(client, HttpRequest.newBuilder(address.resolve("/admin/ledger/summary")));

            assertThat(answer.path("choices")).hasSize(1);
            assertThat(ledger.path("billed").intValue()).isEqualTo(1);
        }
        simulator.terminate();
        simulator.await().exitsWith(0);
    }

    private static JsonNode call(HttpClient client, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpResponse<String> response =
                client.send(request.build(), HttpResponse.BodyHandlers.ofString(UTF_8));
        assertThat(response.statusCode()).isEqualTo(200);
        return Batch.JSON.readTree(response.body());
    }
}
