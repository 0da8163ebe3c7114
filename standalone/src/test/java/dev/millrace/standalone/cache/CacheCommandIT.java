package dev.millrace.standalone.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.CachePurge;
import dev.millrace.contracts.control.CachePurge.Filter;
import dev.millrace.standalone.cli.CommandCluster;
import dev.millrace.standalone.console.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class CacheCommandIT {
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

    private List<Filter> purged() {
        return pipeline.control().cache().purges().values().stream()
                .map(CachePurge::filter)
                .toList();
    }

    @Nested
    class APurge {
        @Test
        void everyPurgeIsWritten() {
            assertThat(pipeline.run("cache", "purge", "--all")).isEqualTo(ExitCode.OK);
            assertThat(pipeline.run("cache", "purge", "--all", "--json")).isEqualTo(ExitCode.OK);

            assertThat(purged()).containsExactly(Filter.ALL, Filter.ALL);
        }

        @Test
        void combinesItsOptions() {
            assertThat(pipeline.run("cache", "purge", "--model", "gpt-4.1", "--tenant", "acme"))
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
            assertThat(pipeline.run("cache", "purge")).isEqualTo(ExitCode.USAGE);
            assertThat(pipeline.run("cache", "purge", "--key", "abc")).isEqualTo(ExitCode.USAGE);

            assertThat(purged()).isEmpty();
        }
    }

    @Nested
    class TheStatistics {
        @Test
        void anEmptyCacheIsShown() {
            assertThat(pipeline.run("cache", "stats")).isEqualTo(ExitCode.OK);
            assertThat(pipeline.run("cache", "stats", "--json")).isEqualTo(ExitCode.OK);
        }
    }

    @Nested
    class TheList {
        @Test
        void isEmptyBeforeAnyRouterHasRun() {
            assertThat(pipeline.run("cache", "list")).isEqualTo(ExitCode.OK);
        }

        @Test
        void isEmptyWithAnEmptyChangelog() throws Exception {
            pipeline.createTopic("router-cache-changelog");

            assertThat(pipeline.run("cache", "list", "--tenant", "acme", "--json"))
                    .isEqualTo(ExitCode.OK);
        }

        @Test
        void wrongOptionsAreRefused() {
            assertThat(pipeline.run("cache", "list", "--limit", "0")).isEqualTo(ExitCode.USAGE);
            assertThat(pipeline.run("cache", "list", "--key", "abc")).isEqualTo(ExitCode.USAGE);
        }
    }

    @Nested
    class ARollbackWithAPurge {
        @Test
        void replacedVersionIsPurgedWithTheRollback(@TempDir Path folder) throws Exception {
            apply(folder, "[gpt-4.1]");
            apply(folder, "[qwen-turbo]");

            assertThat(pipeline.run("policy", "rollback", "default", "--purge"))
                    .isEqualTo(ExitCode.OK);

            assertThat(pipeline.control().lastVersion("default")).isEqualTo(3);
            assertThat(purged()).containsExactly(Filter.ofVersion("default", "v2"));
        }

        private void apply(Path folder, String models) throws Exception {
            var file =
                    Files.writeString(
                            folder.resolve("policy.yaml"),
                            "policies: { default: { rules: [ { use: " + models + " } ] } }");
            assertThat(pipeline.run("policy", "apply", file.toString())).isEqualTo(ExitCode.OK);
        }
    }
}
