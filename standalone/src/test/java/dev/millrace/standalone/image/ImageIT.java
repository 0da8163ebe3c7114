package dev.millrace.standalone.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests the contents and the declarations of the image. */
@Tag("containers")
class ImageIT {
    private static final JsonMapper JSON = new JsonMapper();

    @BeforeAll
    static void requireImage() {
        Engine.requireImage();
    }

    @Test
    void userIsNotRoot() throws IOException {
        assertThat(Engine.inImage("id", "-u")).isEqualTo("10001");
    }

    @Test
    void folderOfNativeLibrariesMustBeExecutable() throws IOException {
        Engine.Output output =
                Engine.run(
                        "run",
                        "--rm",
                        "--read-only",
                        "--tmpfs=/tmp:noexec",
                        "--network=none",
                        Engine.IMAGE,
                        "up",
                        "--simulate");

        assertThat(output.exitCode()).isEqualTo(2);
        assertThat(output.text()).startsWith("millrace: /tmp must be writable and executable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"router", "sink", "retrieval"})
    void servicesWithNativeLibrariesCheckTheFolder(String service) throws IOException {
        Engine.Output output =
                Engine.run(
                        "run",
                        "--rm",
                        "--read-only",
                        "--network=none",
                        Engine.IMAGE,
                        service,
                        "--config",
                        "millrace.yaml");

        assertThat(output.exitCode()).isEqualTo(2);
        assertThat(output.text()).startsWith("millrace: /tmp must be writable and executable");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "router",
                "worker",
                "sink",
                "retrieval",
                "simulator",
                "up",
                "topics",
                "submit"
            })
    void everyServiceStartsOnAReadOnlyRoot(String service) throws IOException {
        String help =
                Engine.print(
                        "run",
                        "--rm",
                        "--read-only",
                        "--network=none",
                        Engine.IMAGE,
                        service,
                        "--help");

        assertThat(help).contains("Usage: millrace " + service);
    }

    @Test
    void startUpCacheIsUsed() throws IOException {
        // With this mode, a JVM that cannot use the cache ends with an error.
        String printed =
                Engine.print(
                        "run",
                        "--rm",
                        "--env=MILLRACE_JAVA_OPTS=-XX:AOTMode=on -Xlog:aot*=error:stderr",
                        Engine.IMAGE,
                        "--version");

        assertThat(printed).startsWith("millrace ").doesNotContain("aot");
    }

    @Test
    void billOfMaterialsListsEveryLibrary() throws IOException {
        JsonNode bill = JSON.readTree(Engine.inImage("cat", "/opt/millrace/millrace.cdx.json"));

        var listed = new TreeSet<String>();
        for (JsonNode component : bill.path("components")) {
            listed.add(
                    component.path("name").asString()
                            + "-"
                            + component.path("version").asString()
                            + ".jar");
        }
        assertThat(bill.path("bomFormat").asString()).isEqualTo("CycloneDX");
        assertThat(listed).contains(Engine.inImage("ls", "/opt/millrace/lib").split("\\s+"));
    }

    @Test
    void labelsDescribeTheImage() throws IOException {
        JsonNode labels = JSON.readTree(Engine.imageProperty("{{json .Config.Labels}}"));

        for (String name : new String[] {"title", "description", "licenses", "version"}) {
            assertThat(labels.path("org.opencontainers.image." + name).asString())
                    .as(name)
                    .isNotEmpty();
        }
    }

    @Test
    void neitherHistoryNorEnvironmentHasASecret() throws IOException {
        assertThat(JSON.readTree(Engine.imageProperty("{{json .Config.Env}}")))
                .extracting(variable -> variable.asString().replaceAll("=.*", ""))
                .containsExactlyInAnyOrder("PATH", "HOME", "LANG");
        assertThat(
                        Engine.print(
                                "history",
                                "--no-trunc",
                                "--format",
                                "{{.CreatedBy}}",
                                Engine.IMAGE))
                .doesNotContainPattern("(?i)password|secret|token|api_key");
    }
}
