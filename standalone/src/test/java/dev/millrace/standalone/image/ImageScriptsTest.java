package dev.millrace.standalone.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the scripts that provide images, with a fake engine that has no image and reaches no
 * registry.
 */
class ImageScriptsTest {
    private static final Path SCRIPTS = Path.of("..", "deploy", "containers").toAbsolutePath();

    @TempDir private Path folder;

    @BeforeEach
    void createTools() throws IOException {
        tool("docker", "echo \"$@\" >>\"$CALLS\"; [ \"$1\" = info ]");
        tool("debootstrap", "exit 1");
        tool("mvn", "exit 1");
    }

    private void tool(String name, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Runs a script and returns the images that it pulled. */
    private List<String> pullsOf(String script, String pull) throws IOException {
        assertThat(run(script, pull, "debian:bookworm-slim").exitCode()).isNotZero();
        return Files.readAllLines(folder.resolve("calls")).stream()
                .filter(call -> call.startsWith("pull "))
                .toList();
    }

    private Finished run(String script, String pull, String image) {
        var builder = new ProcessBuilder(SCRIPTS.resolve(script).toString());
        builder.environment().put("PATH", folder + ":/usr/bin:/bin");
        builder.environment().put("CALLS", folder.resolve("calls").toString());
        builder.environment().put("JAVA_HOME", folder.toString());
        builder.environment().put("MILLRACE_PULL", pull);
        builder.environment().put("MILLRACE_RUN_IMAGE", image);
        builder.environment().put("MILLRACE_KAFKA_IMAGE", image);
        return Running.start(builder, script).await();
    }

    @ParameterizedTest
    @ValueSource(strings = {"base-images", "service-images"})
    void noPullFollowsOneThatFailed(String script) throws Exception {
        assertThat(pullsOf(script, "")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"base-images", "service-images"})
    void nothingIsPulledIfPullingIsForbidden(String script) throws Exception {
        assertThat(pullsOf(script, "never")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"base-images", "service-images"})
    void digestIsNeverReplacedByAStandIn(String script) {
        assertThat(run(script, "", "debian@sha256:" + "0".repeat(64)).err())
                .contains("a stand-in would have another digest");
    }
}
