package dev.millrace.standalone.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A service that runs in a container with a read-only root file system. */
@Tag("containers")
class ContainerIT {
    private static final String SIMULATED = ".millrace-simulated";

    private final List<String> started = new ArrayList<>();

    @BeforeAll
    static void requireImage() {
        Engine.requireImage();
    }

    private String start(List<String> options, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("run", "--detach", "--read-only", "--cap-drop=ALL"));
        command.addAll(List.of("--network=none", "--tmpfs=/tmp:exec", "--health-interval=1s"));
        command.addAll(options);
        command.add(Engine.IMAGE);
        command.addAll(List.of(arguments));
        String id = Engine.print(command.toArray(String[]::new));
        started.add(id);
        return id;
    }

    @AfterEach
    void removeContainers() throws IOException {
        for (String id : started) {
            Engine.print("rm", "--force", "--volumes", id);
        }
    }

    private static void awaitHealthy(String id) {
        await().pollInterval(Duration.ofMillis(500))
                .untilAsserted(
                        () ->
                                assertThat(property(id, "{{.State.Health.Status}}"))
                                        .as(Engine.run("logs", id).text())
                                        .isEqualTo("healthy"));
    }

    private static String property(String id, String template) throws IOException {
        return Engine.print("inspect", "--format", template, id);
    }

    @Test
    void pipelineTurnsHealthyAndEndsWithZeroWhenItIsStopped() throws IOException {
        String id = start(List.of(), "up", "--simulate");
        awaitHealthy(id);

        assertThat(Engine.print("exec", id, "cat", "/proc/1/comm")).isEqualTo("java");
        Engine.print("stop", "--time=120", id);

        assertThat(property(id, "{{.State.ExitCode}}")).isEqualTo("0");
        assertThat(Engine.print("logs", id)).contains("stopping after the calls in flight");
    }

    @Test
    void jobsGetPassagesOfDocuments() throws IOException {
        String id = start(List.of(), "up", "--simulate");
        awaitHealthy(id);
        String files =
                """
                echo 'Goods can be sent back within 30 days.' >returns.md
                echo 'Parcels arrive after three days.' >delivery.md
                echo '{"custom_id":"q","url":"/v1/chat/completions",\
                "body":{"model":"auto","messages":[{"role":"user","content":"May I return it?"}]},\
                "millrace":{"retrieval":{"collection":"handbook","top_k":1}}}' >questions.jsonl
                """;
        Engine.print("exec", id, "sh", "-c", files);

        // The vectors need ONNX, the index Lucene.
        Engine.print(
                "exec",
                id,
                "millrace",
                "documents",
                "add",
                "returns.md",
                "delivery.md",
                "--collection",
                "handbook",
                "--data-dir",
                SIMULATED);
        Engine.print("exec", id, "millrace", "submit", "questions.jsonl", "--data-dir", SIMULATED);

        await().pollInterval(Duration.ofMillis(500))
                .untilAsserted(
                        () ->
                                assertThat(
                                                Engine.run(
                                                                "exec",
                                                                id,
                                                                "millrace",
                                                                "results",
                                                                "questions.jsonl",
                                                                "--data-dir",
                                                                SIMULATED)
                                                        .text())
                                        .as(Engine.run("logs", id).text())
                                        .contains("\"document\":\"returns.md\"", "\"cosine\":"));
    }

    @Test
    void simulatorIsAskedAtTheAddressThatAVariableNames() throws IOException {
        awaitHealthy(
                start(
                        List.of("--env=MILLRACE_HEALTH_URL=http://127.0.0.1:8089/health"),
                        "simulator",
                        "--port",
                        "8089"));
    }
}
