package dev.millrace.standalone.key;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.access.GatewayKey;
import dev.millrace.standalone.cli.CommandCluster;
import dev.millrace.standalone.console.ExitCode;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class KeysCommandIT {
    private static CommandCluster cluster;
    private CommandCluster.Pipeline pipeline;

    @BeforeAll
    static void start(@TempDir Path directory) {
        cluster = new CommandCluster(directory);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void createPipeline(TestInfo test) throws Exception {
        pipeline = cluster.pipeline(test);
    }

    private Map<String, GatewayKey> keys() {
        return GatewayKey.all(pipeline.control());
    }

    @Test
    void aKeyIsCreatedWithItsLimits() {
        assertThat(
                        pipeline.run(
                                "keys",
                                "create",
                                "--name=ci",
                                "--tenant=acme",
                                "--model=auto",
                                "--model=gpt-4.1",
                                "--requests-per-minute=600",
                                "--expires-in=90d"))
                .isEqualTo(ExitCode.OK);

        var key = keys().values().iterator().next();
        assertThat(key.name()).isEqualTo("ci");
        assertThat(key.access().tenant()).isEqualTo("acme");
        assertThat(key.access().models()).containsExactly("auto", "gpt-4.1");
        assertThat(key.access().requestsPerMinute()).isEqualTo(OptionalLong.of(600));
        assertThat(key.access().tokensPerMinute()).isEmpty();
        assertThat(key.access().expires()).isPresent();
        assertThat(pipeline.run("keys", "list")).isEqualTo(ExitCode.OK);
    }

    @Test
    void wrongOptionsWriteNothing() {
        assertThat(pipeline.run("keys", "create")).isEqualTo(ExitCode.USAGE);
        assertThat(pipeline.run("keys", "create", "--name= ")).isEqualTo(ExitCode.USAGE);
        assertThat(pipeline.run("keys", "create", "--name=a", "--requests-per-minute=0"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(pipeline.run("keys", "revoke", "nobody")).isEqualTo(ExitCode.USAGE);

        assertThat(keys()).isEmpty();
    }

    @Test
    void aKeyIsRotatedAndThenRevoked() {
        assertThat(pipeline.run("keys", "create", "--name=ci", "--json")).isEqualTo(ExitCode.OK);
        String id = keys().keySet().iterator().next();

        assertThat(pipeline.run("keys", "rotate", id, "--overlap=1h")).isEqualTo(ExitCode.OK);
        assertThat(keys().values().iterator().next().secrets()).hasSize(2);

        assertThat(pipeline.run("keys", "revoke", id, "--json")).isEqualTo(ExitCode.OK);
        assertThat(keys().values().iterator().next().revoked()).isPresent();
        assertThat(pipeline.run("keys", "rotate", id)).isEqualTo(ExitCode.USAGE);
        assertThat(pipeline.run("keys", "list", "--json")).isEqualTo(ExitCode.OK);
    }
}
