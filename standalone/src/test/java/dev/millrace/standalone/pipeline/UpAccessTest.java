package dev.millrace.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Tests what parts of the pipeline need for a start with {@code up --only}. */
class UpAccessTest {
    @TempDir private Path folder;

    /** The wrong port is found once there is a configuration. */
    @Test
    void brokerNeedsNoConfiguration() {
        assertThatThrownBy(() -> inAFolderWithoutConfiguration("broker").call())
                .isInstanceOf(UserError.class)
                .hasMessage("--broker-port must be 0 to 65535, was 70000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"broker,worker", "broker,simulator", "sink"})
    void otherPartsNeedAConfiguration(String parts) {
        assertThatThrownBy(() -> inAFolderWithoutConfiguration(parts).call())
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("There is no millrace.yaml in this folder");
    }

    private static UpCommand inAFolderWithoutConfiguration(String parts) {
        assertThat(Path.of("millrace.yaml")).doesNotExist();
        return CommandLine.populateCommand(
                new UpCommand(), "--only", parts, "--broker-port", "70000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"router", "worker", "sink"})
    void serviceThatCannotUseItsClusterDoesNotStart(String part) throws IOException {
        Path config =
                Files.writeString(
                        folder.resolve("millrace.yaml"),
                        """
                        kafka:
                          bootstrap.servers: "127.0.0.1:1"
                          security.protocol: SSL
                          ssl.truststore.location: /no-such-file.pem
                        providers: { p: { wire: openai, base_url: "http://127.0.0.1:1/v1", api_key: sk-not-used-7012 } }
                        models: { m1: { provider: p, price: { input: 1, output: 1 } } }
                        """);
        var up =
                CommandLine.populateCommand(
                        new UpCommand(),
                        "--only",
                        part,
                        "--config",
                        config.toString(),
                        "--data-dir",
                        folder.resolve("data").toString());

        assertThatThrownBy(up::call)
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("Cannot use the cluster 127.0.0.1:1: ")
                .hasMessageContaining("/no-such-file.pem");
    }
}
