package dev.millrace.standalone.e2e.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.e2e.Batch;
import dev.millrace.standalone.e2e.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Runs of files whose jobs ask for streams. */
class StreamedRunIT {
    private static final String QUESTION = "[{\"role\":\"user\",\"content\":\"Where is it?\"}]";

    @TempDir private Path folder;

    private static String line(String customId, String url, String body) {
        return "{\"custom_id\":\"%s\",\"url\":\"%s\",\"body\":{\"stream\":true,%s}}%n"
                .formatted(customId, url, body);
    }

    @Test
    void streamedJobsHaveCompleteAnswersWithTheirCost() throws IOException {
        Files.writeString(
                folder.resolve("batch.jsonl"),
                line(
                                "chat",
                                "/v1/chat/completions",
                                "\"model\":\"gpt-4.1\",\"stream_options\":{\"include_usage\":false},\"messages\":"
                                        + QUESTION)
                        + line(
                                "completion",
                                "/v1/completions",
                                "\"model\":\"gpt-4.1\",\"prompt\":\"Once\"")
                        + line(
                                "response",
                                "/v1/responses",
                                "\"model\":\"gpt-4.1\",\"input\":\"Where is it?\"")
                        + line(
                                "message",
                                "/v1/messages",
                                "\"model\":\"claude-sonnet-4.5\",\"max_tokens\":60,\"messages\":"
                                        + QUESTION));

        JsonNode summary =
                new Launcher(folder)
                        .run("run", "--simulate", "--json", "batch.jsonl")
                        .exitsWith(0)
                        .summary();

        List<JsonNode> results = Batch.read(folder.resolve("batch.results.jsonl"));
        assertThat(Batch.customIds(results))
                .containsExactly("chat", "completion", "response", "message");
        assertThat(results)
                .allSatisfy(
                        result -> {
                            assertThat(result.path("response").path("status_code").intValue())
                                    .isEqualTo(200);
                            assertThat(result.path("millrace").path("cost_usd").decimalValue())
                                    .isPositive();
                            assertThat(body(result).path("usage").isObject()).isTrue();
                            assertThat(result.path("millrace").path("ttft_ms").isInt()).isTrue();
                        });
        assertThat(results)
                .extracting(result -> text(body(result)))
                .allSatisfy(text -> assertThat(text).isNotBlank());
        assertThat(summary.path("cost_usd").decimalValue())
                .isEqualByComparingTo(Batch.costUsd(results));
    }

    private static JsonNode body(JsonNode result) {
        return result.path("response").path("body");
    }

    private static String text(JsonNode body) {
        return switch (body.path("object").asString(body.path("type").asString(""))) {
            case "chat.completion" ->
                    body.path("choices").path(0).path("message").path("content").asString();
            case "text_completion" -> body.path("choices").path(0).path("text").asString();
            case "response" ->
                    body.path("output").path(0).path("content").path(0).path("text").asString();
            case "message" -> body.path("content").path(0).path("text").asString();
            default -> "";
        };
    }
}
