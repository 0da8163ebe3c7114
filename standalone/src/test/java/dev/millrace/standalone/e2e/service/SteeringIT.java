package dev.millrace.standalone.e2e.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Launcher;
import dev.millrace.standalone.e2e.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that control a running pipeline. */
@Tag("long")
class SteeringIT {

    @TempDir private static Path folder;
    private static Running pipeline;

    @BeforeAll
    static void start() {
        pipeline =
                new Launcher(folder)
                        .start(
                                "up",
                                "--simulate",
                                "--data-dir",
                                ".millrace",
                                "--metrics",
                                "127.0.0.1:0");
        pipeline.awaitOutput("running ");
    }

    @AfterAll
    static void stop() {
        pipeline.terminate();
        pipeline.await().exitsWith(0);
        assertThat(folder.resolve(".millrace").resolve("address")).doesNotExist();
    }

    private static Finished run(int code, Object... arguments) {
        return new Launcher(folder).run(arguments).exitsWith(code);
    }

    private static String file(String name, String yaml) throws IOException {
        return Files.writeString(folder.resolve(name), yaml).getFileName().toString();
    }

    @Nested
    class PolicyCommands {
        @Test
        void policyIsAppliedAndRolledBack() throws IOException {
            var first = file("first.yaml", "policies: { mine: { rules: [ { use: [gpt-4.1] } ] } }");
            var second =
                    file("second.yaml", "policies: { mine: { rules: [ { use: [qwen-turbo] } ] } }");

            assertThat(file("shown.yaml", run(0, "policy", "show").out())).contains("shown.yaml");
            assertThat(run(3, "policy", "diff", "shown.yaml").out())
                    .contains("default: " + RoutedBy.version(Policy.SHIPPED) + " → v1");
            assertThat(run(3, "policy", "diff", first).out()).contains("mine: new, v1");
            var applied = run(0, "policy", "apply", first, "--note", "to try");
            assertThat(applied.out()).contains("mine: new, v1", "+   - use: [gpt-4.1]");
            assertThat(applied.err())
                    .contains("mine routes no jobs: router.default_policy is default");
            assertThat(run(0, "policy", "apply", first).out()).contains("mine: unchanged, v1");
            assertThat(run(0, "policy", "apply", second).out())
                    .contains("mine: v1 → v2", "-   - use: [gpt-4.1]", "+   - use: [qwen-turbo]");
            assertThat(run(0, "policy", "rollback", "mine").out()).contains("mine: v2 → v3");
            assertThat(run(0, "policy", "history", "mine").out())
                    .contains("v1", "to try", "rollback to v1", "(in force)");
            assertThat(run(0, "policy", "show", "mine", "--json").out())
                    .contains("\"version\":\"v3\",\"asked\":false", "gpt-4.1", "\"tripped\":[]");
        }

        @Test
        void rollbackBeforeTheFirstVersionRestoresTheConfiguredPolicy() throws IOException {
            var own = file("own.yaml", "policies: { own: { rules: [ { use: [gpt-4.1] } ] } }");
            var tried =
                    file("tried.yaml", "policies: { own: { rules: [ { use: [qwen-turbo] } ] } }");

            assertThat(run(0, "policy", "apply", tried, "--config", own).out())
                    .containsPattern("own: file-[0-9a-f]{8} → v1");
            assertThat(run(2, "policy", "rollback", "own").err())
                    .contains("the configuration has no such policy", "--config");
            assertThat(run(0, "policy", "rollback", "own", "--config", own).out())
                    .contains("own: v1 → v2", "+   - use: [gpt-4.1]");
            assertThat(run(0, "policy", "history", "own").out())
                    .contains("rollback to the configuration's");
        }

        @Test
        void invalidPolicyIsRejectedWithEveryReason() throws IOException {
            var wrong =
                    file(
                            "wrong.yaml",
                            "policies:\n  bad:\n    rules:\n      - { use: [gpt-4.2], tier: best }\n");

            assertThat(run(2, "policy", "apply", wrong).err())
                    .contains("wrong.yaml:4", "gpt-4.1?", "tier: must be premium")
                    .doesNotContain("\tat ");
            assertThat(run(2, "policy", "history", "bad").err())
                    .contains("No policy bad was ever applied");
            assertThat(run(2, "policy", "apply", "none.yaml").err()).contains("does not exist");
            assertThat(run(2, "policy", "clear", "default", "gpt-4.1").err())
                    .contains("No guard of default");
        }
    }

    @Nested
    class PauseAndCancelCommands {
        @Test
        void pauseIsResumedAndBatchIsCancelled() {
            assertThat(run(0, "pause", "--model", "gpt-4.1-turbo").out())
                    .contains("paused: gpt-4.1,");
            assertThat(run(0, "policy", "show").err()).contains("paused: gpt-4.1,");
            assertThat(run(0, "resume", "--model", "gpt-4.1").out()).contains("resumed: gpt-4.1");
            assertThat(run(0, "resume", "--all").out()).contains("was not paused: everything");
            assertThat(run(0, "pause", "--tenant", "acme", "--for", "1h").out())
                    .contains("paused: tenant acme,", ", until ");
            assertThat(run(0, "pause", "--batch", "b/1", "--tenant", "acme").out())
                    .contains("paused: batch b/1 of acme,");
            assertThat(run(0, "status").out()).contains("paused tenant acme since", ", until ");
            assertThat(run(0, "resume", "--tenant", "acme").out()).contains("resumed: tenant acme");
            assertThat(run(0, "resume", "--batch", "b/1", "--tenant", "acme").out())
                    .contains("resumed: batch b/1 of acme");
            assertThat(run(2, "pause", "--tenant", "acme", "--for", "soon").err()).contains("30m");
            assertThat(run(0, "cancel", "--batch", "b/1", "--tenant", "acme").out())
                    .contains("cancelled: batch b/1 of acme");
            assertThat(run(0, "cancel", "--batch", "b/1", "--tenant", "acme", "--running").out())
                    .contains("cancelled: batch b/1 of acme", ", with running calls");
            assertThat(run(0, "breaker", "reset", "gpt-4.1-turbo").out())
                    .contains("breakers reset: gpt-4.1,");
            assertThat(run(2, "cancel").err()).contains("--batch", "--job");
            assertThat(run(2, "cancel", "--job", "x").err()).contains("--job");
            assertThat(run(2, "pause").err()).contains("--all");
        }
    }

    @Nested
    class WithoutAPipeline {
        @Test
        void missingPipelineIsReportedWithTheFolder(@TempDir Path empty) {
            assertThat(new Launcher(empty).run("policy", "show").exitsWith(2).err())
                    .contains(".millrace", "--bootstrap-server");
        }

        @Test
        void missingTopicIsNamed() {
            var bootstrap = pipeline.out().lines().findFirst().orElse("").replace("bootstrap ", "");

            assertThat(
                            run(
                                            1,
                                            "policy",
                                            "show",
                                            "--bootstrap-server",
                                            bootstrap,
                                            "--prefix",
                                            "x.")
                                    .err())
                    .contains("x.control");
        }
    }
}
