package dev.millrace.standalone.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.console.ExitCode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Tests changes that the API refuses because the pipeline is no longer in the caller's state. */
class RefusedChangesIT {
    private static final String CONFIG =
            """
            providers:
              simulator: { wire: openai, simulator: {} }
            models:
              cheap: { provider: simulator, price: { input: 1, output: 2 } }
              strong: { provider: simulator, price: { input: 1, output: 2 } }
            gateway: { listen: "127.0.0.1:0" }
            """;

    @TempDir private static Path folder;
    private static ServedPipeline pipeline;

    private final HttpClient client = HttpClient.newHttpClient();

    /** A policy for each test, with the versions 1 and 2. */
    private String policy = "";

    @BeforeAll
    static void start() throws IOException {
        pipeline = ServedPipeline.start(folder, CONFIG);
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @BeforeEach
    void applyTwoVersions(TestInfo test) throws IOException {
        policy = test.getTestMethod().orElseThrow().getName();
        apply("cheap");
        apply("strong");
    }

    private void apply(String model) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve(policy + ".yaml"),
                        "policies: { %s: { rules: [ { use: [%s] } ] } }".formatted(policy, model));
        var applied = pipeline.run("policy", "apply", file.toString());
        assertThat(applied.code()).as(applied.err()).isEqualTo(ExitCode.OK);
    }

    private static HttpRequest change(String path) {
        return HttpRequest.newBuilder(URI.create(pipeline.server().url() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
    }

    private HttpResponse<String> rollBack(String version) throws Exception {
        return client.send(
                change("/policies/" + policy + "/rollback?version=" + version),
                BodyHandlers.ofString());
    }

    private static String messageOf(HttpResponse<String> response) {
        return new JsonMapper().readTree(response.body()).path("error").path("message").asString();
    }

    private String versionInForce() {
        return PipelineClient.of(pipeline.config()).read().policy(policy).orElseThrow().label();
    }

    @Test
    void replacedVersionIsNotRolledBack() throws Exception {
        HttpResponse<String> refused = rollBack("v1");

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(messageOf(refused))
                .isEqualTo("v1 is not the version of %s in force; v2 is".formatted(policy));
        assertThat(versionInForce()).isEqualTo("v2");
    }

    @Test
    void versionInForceIsRolledBackOnce() throws Exception {
        HttpResponse<String> done = rollBack("v2");
        HttpResponse<String> again = rollBack("v2");

        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(versionInForce()).isEqualTo("v3");
    }

    @Test
    void oneOfTwoSimultaneousRollbacksIsRefused() throws Exception {
        var request = change("/policies/" + policy + "/rollback?version=v2");
        var first = client.sendAsync(request, BodyHandlers.ofString());
        var second = client.sendAsync(request, BodyHandlers.ofString());
        CompletableFuture.allOf(first, second).join();

        assertThat(List.of(first.get().statusCode(), second.get().statusCode()))
                .containsExactlyInAnyOrder(200, 409);
        assertThat(versionInForce()).isEqualTo("v3");
    }

    @Test
    void unknownModelIsNotPaused() throws Exception {
        HttpResponse<String> refused =
                client.send(change("/models/none/pause"), BodyHandlers.ofString());

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(messageOf(refused)).contains("No model or alias has the name none");
    }
}
