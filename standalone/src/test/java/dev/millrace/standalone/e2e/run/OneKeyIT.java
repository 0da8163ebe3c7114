package dev.millrace.standalone.e2e.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.e2e.Batch;
import dev.millrace.standalone.e2e.CountedProvider;
import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Launcher;
import dev.millrace.standalone.e2e.Running;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The file that {@code init} writes, used with the key of one of its five providers. */
class OneKeyIT {
    private static final String OFF =
            "off: alibaba (environment variable DASHSCOPE_API_KEY is not set), anthropic"
                    + " (environment variable ANTHROPIC_API_KEY is not set), deepseek (environment"
                    + " variable DEEPSEEK_API_KEY is not set), google (environment variable"
                    + " GEMINI_API_KEY is not set)";
    private static final String DEEPSEEK_IS_OFF =
            "the model deepseek-flash is not in service: its provider deepseek is off: environment"
                    + " variable DEEPSEEK_API_KEY is not set";

    @TempDir private Path folder;
    private final CountedProvider provider = CountedProvider.answeringAfter(Duration.ZERO);

    @BeforeEach
    void init() throws IOException {
        run("init").exitsWith(0);
        Path config = folder.resolve("millrace.yaml");
        String text =
                Files.readString(config)
                        .replace("https://api.openai.com/v1", provider.baseUri() + "/v1")
                        .replace("${OPENAI_API_KEY}", "sk-0123456789abcdef0123");
        Files.writeString(config, text + "metrics: { listen: 127.0.0.1:0 }\n" + GATEWAY);
    }

    private static final String GATEWAY = "gateway: { listen: 127.0.0.1:0 }\n";

    @AfterEach
    void close() {
        provider.close();
    }

    @Test
    void checkCallsTheModelsOfTheProviderWithAKey() {
        Finished check = run("check").exitsWith(0);

        assertThat(check.err()).contains(OFF);
        assertThat(check.out().lines())
                .isNotEmpty()
                .allMatch(line -> line.startsWith("ok") && line.contains(" openai "));
        assertThat(run("check", "--model", "deepseek-flash").exitsWith(2).err())
                .contains(DEEPSEEK_IS_OFF);
        assertThat(run("check", "--model", "claude-3-5-haiku").exitsWith(2).err())
                .contains("no model is called \"claude-3-5-haiku\"", "catalog import");
    }

    @Test
    void dryRunForecastsTheModelThatTheRunUses() throws IOException {
        write("auto", "auto", "deepseek-flash");

        Finished dryRun = run("run", "--dry-run", "batch.jsonl").exitsWith(3);
        assertThat(dryRun.out())
                .contains("batch.jsonl:3 unknown_model: " + DEEPSEEK_IS_OFF)
                .contains("auto uses gpt-5-nano for 2 jobs; " + OFF);

        Finished run = run("run", "--json", "batch.jsonl").exitsWith(3);
        assertThat(run.err()).contains(OFF);
        List<JsonNode> results = Batch.read(folder.resolve("batch.results.jsonl"));
        assertThat(results)
                .extracting(it -> it.path("millrace").path("model").asString(""))
                .startsWith("gpt-5-nano", "gpt-5-nano");
        assertThat(results.getLast().path("error").path("message").asString())
                .isEqualTo(DEEPSEEK_IS_OFF);
        assertThat(provider.calls().calls()).isEqualTo(2);
    }

    @Test
    void runThatReachesNoProviderIsRefusedWithTheMissingKey() throws IOException {
        write("deepseek-flash", "deepseek-flash");

        assertThat(run("run", "batch.jsonl").exitsWith(2).err())
                .contains(
                        "providers.deepseek.api_key: environment variable DEEPSEEK_API_KEY is not"
                                + " set");
        assertThat(folder.resolve("batch.results.jsonl")).doesNotExist();
    }

    @Test
    void pipelineServesTheModelsOfTheProviderWithAKey() throws IOException, InterruptedException {
        Running up = new Launcher(folder).start("up");
        try {
            up.awaitOutput("gateway http");
            assertThat(up.err()).contains(OFF);
            String gateway =
                    up.out()
                            .lines()
                            .filter(it -> it.startsWith("gateway "))
                            .map(it -> it.substring("gateway ".length()))
                            .findFirst()
                            .orElseThrow();

            assertThat(run("status", "--once").exitsWith(0).err()).contains(OFF);
            assertThat(get(gateway + "/models"))
                    .contains("\"gpt-5-nano\"")
                    .doesNotContain("\"deepseek-flash\"");
            assertThat(get(gateway + "/models/deepseek-flash")).contains(DEEPSEEK_IS_OFF);
            assertThat(chat(gateway, "auto")).contains("\"model\":\"gpt-5-nano\"");
            assertThat(chat(gateway, "deepseek-flash")).contains(DEEPSEEK_IS_OFF);
            assertThat(chat(gateway, "claude-3-5-haiku"))
                    .contains("no model is called", "catalog import");
        } finally {
            up.interrupt();
            up.await();
        }
    }

    private static String get(String uri) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(uri)).GET());
    }

    private static String chat(String gateway, String model)
            throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(URI.create(gateway + "/chat/completions"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body(model))));
    }

    private static String send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private void write(String... models) throws IOException {
        var lines = new StringBuilder();
        for (int i = 0; i < models.length; i++) {
            lines.append(
                    "{\"custom_id\":\"%d\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":%s}\n"
                            .formatted(i, body(models[i])));
        }
        Files.writeString(folder.resolve("batch.jsonl"), lines);
    }

    private static String body(String model) {
        return "{\"model\":\"%s\",\"max_tokens\":20,\"messages\":[{\"role\":\"user\",\"content\":\"Say yes.\"}]}"
                .formatted(model);
    }

    private Finished run(Object... arguments) {
        return new Launcher(folder).run(arguments);
    }
}
