package dev.millrace.standalone.e2e.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.e2e.Batch;
import dev.millrace.standalone.e2e.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Runs whose calls are streamed, because the jobs or the models ask for it. */
@Tag("long")
class StreamedRunIT {
    private static final String QUESTION =
            "\"messages\":[{\"role\":\"user\",\"content\":\"Where is it?\"}]";

    @TempDir private Path folder;

    @Test
    void streamedJobsHaveCompleteAnswersWithTheirCost() throws IOException {
        List<JsonNode> results = run(jobs("\"stream\":true,"), "--simulate");

        assertComplete(results);
        assertThat(results).allSatisfy(it -> assertThat(isStreamed(it)).isTrue());
    }

    @Test
    void modelsThatAlwaysStreamCompleteAllJobs() throws IOException {
        configure("always");

        List<JsonNode> results =
                run(
                        Stream.concat(
                                        jobs("").stream(),
                                        Stream.of(
                                                line(
                                                        "translated",
                                                        "/v1/chat/completions",
                                                        "\"model\":\"claude-sonnet-4.5\","
                                                                + QUESTION)))
                                .toList());

        assertComplete(results);
        assertThat(results).allSatisfy(it -> assertThat(isStreamed(it)).isTrue());
        assertThat(results.getLast().at("/millrace/translated_from").asString())
                .isEqualTo("/v1/messages");
    }

    @Test
    void modelsThatNeverStreamCompleteJobsThatAskForIt() throws IOException {
        configure("never");

        List<JsonNode> results = run(jobs("\"stream\":true,"));

        assertComplete(results);
        assertThat(results).noneSatisfy(it -> assertThat(isStreamed(it)).isTrue());
    }

    /** Configures a provider of each wire. */
    private void configure(String stream) throws IOException {
        Files.writeString(
                folder.resolve("millrace.yaml"),
                """
                providers:
                  chats: { wire: openai, urls: [/v1/chat/completions, /v1/responses, /v1/completions], simulator: {} }
                  messages: { wire: anthropic, urls: [/v1/messages], simulator: {} }
                models:
                  gpt-4.1: { provider: chats, stream: %1$s }
                  deepseek-flash: { provider: chats, stream: %1$s }
                  claude-sonnet-4.5: { provider: messages, stream: %1$s }
                """
                        .formatted(stream));
    }

    private static List<String> jobs(String fields) {
        return List.of(
                line(
                        "chat",
                        "/v1/chat/completions",
                        fields
                                + "\"model\":\"gpt-4.1\",\"stream_options\":{\"include_usage\":false},"
                                + QUESTION),
                line(
                        "completion",
                        "/v1/completions",
                        fields + "\"model\":\"deepseek-flash\",\"prompt\":\"Once\""),
                line(
                        "response",
                        "/v1/responses",
                        fields + "\"model\":\"gpt-4.1\",\"input\":\"Where is it?\""),
                line(
                        "message",
                        "/v1/messages",
                        fields + "\"model\":\"claude-sonnet-4.5\",\"max_tokens\":60," + QUESTION));
    }

    private static String line(String customId, String url, String body) {
        return "{\"custom_id\":\"%s\",\"url\":\"%s\",\"body\":{%s}}".formatted(customId, url, body);
    }

    /** Runs jobs, all of which must succeed, and returns their results in the jobs' order. */
    private List<JsonNode> run(List<String> jobs, String... options) throws IOException {
        Files.write(folder.resolve("batch.jsonl"), jobs);
        Stream<String> command =
                Stream.concat(Stream.of("run", "--json", "batch.jsonl"), Stream.of(options));

        JsonNode summary = new Launcher(folder).run(command.toArray()).exitsWith(0).summary();

        List<JsonNode> results = Batch.read(folder.resolve("batch.results.jsonl"));
        assertThat(Batch.customIds(results))
                .isEqualTo(
                        jobs.stream()
                                .map(it -> Batch.JSON.readTree(it).path("custom_id").asString())
                                .collect(Collectors.toList()));
        assertThat(summary.path("cost_usd").decimalValue())
                .isEqualByComparingTo(Batch.costUsd(results));
        return results;
    }

    private static void assertComplete(List<JsonNode> results) {
        assertThat(results)
                .allSatisfy(
                        result -> {
                            assertThat(result.at("/response/status_code").intValue())
                                    .isEqualTo(200);
                            assertThat(result.at("/millrace/cost_usd").decimalValue()).isPositive();
                            assertThat(body(result).path("usage").isObject()).isTrue();
                            assertThat(text(body(result))).isNotBlank();
                        });
    }

    /** Returns true for a result with a time to the first token. */
    private static boolean isStreamed(JsonNode result) {
        return result.at("/millrace/ttft_ms").isInt();
    }

    private static JsonNode body(JsonNode result) {
        return result.at("/response/body");
    }

    private static String text(JsonNode body) {
        return switch (body.path("object").asString(body.path("type").asString(""))) {
            case "chat.completion" -> body.at("/choices/0/message/content").asString();
            case "text_completion" -> body.at("/choices/0/text").asString();
            case "response" -> body.at("/output/0/content/0/text").asString();
            case "message" -> body.at("/content/0/text").asString();
            default -> "";
        };
    }
}
