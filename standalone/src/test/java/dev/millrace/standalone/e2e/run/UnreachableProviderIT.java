package dev.millrace.standalone.e2e.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.e2e.Batch;
import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Launcher;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Jobs of an unreachable provider fail, each with a result. */
@Tag("long")
class UnreachableProviderIT {
    private static Finished finished;
    private static List<JsonNode> results;

    @BeforeAll
    static void runABatch(@TempDir Path folder) throws IOException {
        Files.writeString(
                folder.resolve("millrace.yaml"),
                """
                providers:
                  nobody: { wire: openai, base_url: "http://127.0.0.1:%d/v1" }
                models:
                  qwen-turbo: { provider: nobody }
                worker: { max_attempts: 2, backoff: { initial: 10ms, max: 20ms } }
                """
                        .formatted(unusedPort()));
        Files.writeString(
                folder.resolve("batch.jsonl"),
                """
                {"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"qwen-turbo","messages":[{"role":"user","content":"Anybody there?"}]}}
                {"custom_id":"b","method":"POST","url":"/v1/completions","body":{"model":"qwen-turbo","prompt":"Hello?"}}
                """);
        finished = new Launcher(folder).run("run", "--json", "batch.jsonl");
        results = Batch.read(folder.resolve("batch.results.jsonl"));
    }

    private static int unusedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void runEndsAndReportsFailedJobs() {
        assertThat(finished.exitsWith(3).summary().path("by_error"))
                .isEqualTo(Batch.JSON.readTree("{\"connection_error\":2}"));
    }

    @Test
    void eachResultHasTheErrorAndTheAttempts() {
        assertThat(Batch.customIds(results)).containsExactly("a", "b");
        assertThat(results)
                .allSatisfy(
                        result -> {
                            assertThat(result.path("response").isNull()).isTrue();
                            assertThat(result.path("error").path("code").asString())
                                    .isEqualTo("connection_error");
                            assertThat(result.path("millrace").path("attempts").intValue())
                                    .isEqualTo(2);
                        });
    }
}
