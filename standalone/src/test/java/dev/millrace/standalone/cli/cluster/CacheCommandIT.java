package dev.millrace.standalone.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.contracts.control.CachePurge;
import dev.millrace.contracts.control.CachePurge.Filter;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.control.ControlFollower;
import dev.millrace.standalone.cli.Commands;
import dev.millrace.standalone.console.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class CacheCommandIT {
    private static EmbeddedBroker broker;
    private static Map<String, String> kafka;

    /** A control topic for each test. */
    private String prefix = "";

    @BeforeAll
    static void start(@TempDir Path directory) {
        broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(directory));
        kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @BeforeEach
    void createControl(TestInfo test) throws Exception {
        prefix = test.getTestMethod().orElseThrow().getName() + ".";
        try (var admin = Admin.create(Map.copyOf(kafka))) {
            admin.createTopics(List.of(new NewTopic(prefix + "control", 1, (short) 1))).all().get();
        }
    }

    /** Runs a command on the pipeline of this test; returns its exit code. */
    private int run(String... words) {
        var pipeline =
                Stream.of("--bootstrap-server", broker.bootstrapServers(), "--prefix", prefix);
        return Commands.execute(
                Stream.concat(Arrays.stream(words), pipeline).toArray(String[]::new));
    }

    private ControlState control() {
        return ControlFollower.read(kafka, prefix);
    }

    private List<Filter> purged() {
        return control().cache().purges().values().stream().map(CachePurge::filter).toList();
    }

    @Nested
    class APurge {
        @Test
        void everyPurgeIsWritten() {
            assertThat(run("cache", "purge", "--all")).isEqualTo(ExitCode.OK);
            assertThat(run("cache", "purge", "--all", "--json")).isEqualTo(ExitCode.OK);

            assertThat(purged()).containsExactly(Filter.ALL, Filter.ALL);
        }

        @Test
        void combinesItsOptions() {
            assertThat(run("cache", "purge", "--model", "gpt-4.1", "--tenant", "acme"))
                    .isEqualTo(ExitCode.OK);

            assertThat(purged())
                    .containsExactly(
                            new Filter(
                                    Optional.empty(),
                                    Optional.of("gpt-4.1"),
                                    Optional.of("acme"),
                                    Optional.empty()));
        }

        @Test
        void wrongOptionsWriteNothing() {
            assertThat(run("cache", "purge")).isEqualTo(ExitCode.USAGE);
            assertThat(run("cache", "purge", "--key", "abc")).isEqualTo(ExitCode.USAGE);

            assertThat(purged()).isEmpty();
        }
    }

    @Nested
    class TheStatistics {
        @Test
        void anEmptyCacheIsShown() {
            assertThat(run("cache", "stats")).isEqualTo(ExitCode.OK);
            assertThat(run("cache", "stats", "--json")).isEqualTo(ExitCode.OK);
        }
    }

    @Nested
    class ARollbackWithAPurge {
        @Test
        void replacedVersionIsPurgedWithTheRollback(@TempDir Path folder) throws Exception {
            apply(folder, "[gpt-4.1]");
            apply(folder, "[qwen-turbo]");

            assertThat(run("policy", "rollback", "default", "--purge", "--verify-for", "0s"))
                    .isEqualTo(ExitCode.OK);

            assertThat(control().lastVersion("default")).isEqualTo(3);
            assertThat(purged()).containsExactly(Filter.ofVersion("default", "v2"));
        }

        private void apply(Path folder, String models) throws Exception {
            var file =
                    Files.writeString(
                            folder.resolve("policy.yaml"),
                            "policies: { default: { rules: [ { use: " + models + " } ] } }");
            assertThat(run("policy", "apply", file.toString())).isEqualTo(ExitCode.OK);
        }
    }
}
