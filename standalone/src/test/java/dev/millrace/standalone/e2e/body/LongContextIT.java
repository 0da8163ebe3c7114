package dev.millrace.standalone.e2e.body;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.e2e.Batch;
import dev.millrace.standalone.e2e.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Sends bodies of two million tokens (8 MB) through every part of a process. Its heap is smaller
 * than all bodies together.
 */
@Tag("long")
class LongContextIT {
    private static final String HEAP = "320m";
    private static final int BODY_CHARS = 8_000_000;
    private static final int TOKENS = 2_000_000;
    private static final int JOBS_OF_EACH_KIND = 15;

    /** Compresses to a hundredth, so that a fetch of a broker may hold all of these bodies. */
    private static final String TEXT = "All work and no play. ".repeat(BODY_CHARS / 22 + 1);

    /** Does not compress. */
    private static final String IMAGE = base64(6_000_000);

    @TempDir private Path folder;

    private static String base64(int bytes) {
        var image = new byte[bytes];
        new Random(1).nextBytes(image);
        return Base64.getEncoder().encodeToString(image);
    }

    @Test
    void bodiesOfTwoMillionTokensFitIntoASmallHeap() throws IOException {
        Files.writeString(
                folder.resolve("millrace.yaml"),
                """
                providers:
                  chats: { wire: openai, urls: [/v1/chat/completions], simulator: { models: { "*": { latency: 1s } } } }
                  messages: { wire: anthropic, urls: [/v1/messages], simulator: { models: { "*": { latency: 1s } } } }
                models:
                  gemini-3.1-pro: { provider: chats, context_window: 4000000 }
                  claude-sonnet-4.5: { provider: messages }
                """);
        Path input = writeJobs();

        var finished = new Launcher(folder).runInHeap(HEAP, "run", "--json", input).exitsWith(0);

        assertThat(finished.summary().path("succeeded").intValue())
                .isEqualTo(2 * JOBS_OF_EACH_KIND);
        List<JsonNode> results = Batch.read(folder.resolve("long.results.jsonl"));
        assertThat(results)
                .filteredOn(it -> id(it).startsWith("text"))
                .hasSize(JOBS_OF_EACH_KIND)
                .allSatisfy(
                        it ->
                                assertThat(it.at("/response/body/usage/prompt_tokens").intValue())
                                        .isGreaterThanOrEqualTo(TOKENS));
        assertThat(results)
                .filteredOn(it -> id(it).startsWith("image"))
                .hasSize(JOBS_OF_EACH_KIND)
                .allSatisfy(
                        it ->
                                assertThat(it.at("/millrace/translated_from").asString())
                                        .isEqualTo("/v1/messages"));
    }

    private static String id(JsonNode result) {
        return result.path("custom_id").asString();
    }

    private Path writeJobs() throws IOException {
        Path input = folder.resolve("long.jsonl");
        try (var out = Files.newBufferedWriter(input)) {
            for (int job = 0; job < JOBS_OF_EACH_KIND; job++) {
                out.write(line("text-" + job, "gemini-3.1-pro", "\"%d. %s\"".formatted(job, TEXT)));
                out.write(
                        line(
                                "image-" + job,
                                "claude-sonnet-4.5",
                                """
                                [{"type":"text","text":"What is this?"},\
                                {"type":"image_url","image_url":{"url":"data:image/png;base64,%s"}}]"""
                                        .formatted(IMAGE)));
            }
        }
        return input;
    }

    private static String line(String customId, String model, String content) {
        return """
               {"custom_id":"%s","url":"/v1/chat/completions","body":{"model":"%s","max_tokens":50,\
               "messages":[{"role":"user","content":%s}]}}
               """
                .formatted(customId, model, content);
    }
}
