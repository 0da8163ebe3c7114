package dev.millrace.bench.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class FixedAnswerServerTest {
    @Test
    void connectionServesConsecutiveCalls() throws IOException, InterruptedException {
        try (var server = FixedAnswerServer.start();
                var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            var call =
                    HttpRequest.newBuilder(URI.create(server.address() + "/chat/completions"))
                            .POST(HttpRequest.BodyPublishers.ofString("{\"a\":\"\r\n\r\n\"}"))
                            .build();
            for (int i = 0; i < 3; i++) {
                var answer = client.send(call, HttpResponse.BodyHandlers.ofByteArray());
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo(FixedAnswer.body());
            }
        }
    }

    @Test
    void usageOfTheAnswerMatchesTheConstants() {
        var usage = new JsonMapper().readTree(FixedAnswer.body()).path("usage");

        assertThat(usage.path("prompt_tokens").asLong()).isEqualTo(FixedAnswer.INPUT_TOKENS);
        assertThat(usage.path("completion_tokens").asLong()).isEqualTo(FixedAnswer.OUTPUT_TOKENS);
    }
}
