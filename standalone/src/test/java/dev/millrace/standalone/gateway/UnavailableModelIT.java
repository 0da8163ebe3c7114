package dev.millrace.standalone.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.ops.GatewayServer;
import dev.millrace.standalone.usage.ServedPipeline;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls to a model whose provider has no credit, through gateway, router and worker. */
class UnavailableModelIT {
    private static final String CONFIG =
            """
            providers:
              simulator: { wire: openai, simulator: { models: { m: { failures: { payment_required: 1 } } } } }
            models:
              m: { provider: simulator, price: { input: 1, output: 2 } }
            worker: { breaker: { open_for: 1h } }
            gateway: { listen: "127.0.0.1:0", unavailable_after: 200ms }
            """;

    @TempDir private static Path folder;
    private static ServedPipeline pipeline;
    private static GatewayServer gateway;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws IOException {
        pipeline = ServedPipeline.start(folder, CONFIG);
        gateway = pipeline.startGateway();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        pipeline.close();
    }

    private HttpResponse<String> call(String options) throws IOException, InterruptedException {
        String body =
                "{\"model\":\"m\",\"millrace\":"
                        + options
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        return http.send(
                HttpRequest.newBuilder(URI.create(gateway.url() + "/chat/completions"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static void assertUnavailable(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(502);
        assertThat(response.body())
                .contains(
                        "quota_exceeded",
                        "m is unavailable: the circuit breaker of key 1 of simulator is open since",
                        "next trial call:",
                        "last error: the provider answered 402");
        assertThat(response.headers().firstValue("retry-after")).isPresent();
    }

    @Test
    void callGetsTheErrorOfTheProviderInsteadOfATimeout() throws Exception {
        assertUnavailable(call("{}"));

        HttpResponse<String> atOnce = call("{\"on_unavailable\":\"fail\"}");

        assertUnavailable(atOnce);
        assertThat(atOnce.headers().firstValue("x-millrace-attempts")).hasValue("0");
        assertThat(atOnce.headers().firstValue("x-millrace-cost")).hasValue("0");
        assertThat(pipeline.calls("m")).isEqualTo(1);
    }

    @Test
    void callThatWaitsIsToldWhatItHasWaitedFor() throws Exception {
        assertUnavailable(call("{}"));

        HttpResponse<String> expired =
                call(
                        "{\"on_unavailable\":\"wait\",\"deadline\":\""
                                + Instant.now().plusSeconds(2)
                                + "\"}");

        assertThat(expired.statusCode()).as(expired.body()).isEqualTo(504);
        assertThat(expired.body())
                .contains(
                        "deadline_exceeded",
                        "the job was waiting: the circuit breaker of key 1 of simulator is open",
                        "last error: the provider answered 402");
    }
}
