package dev.millrace.standalone.e2e.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.e2e.Launcher;
import dev.millrace.standalone.e2e.Running;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code status} and {@code submit} find a running pipeline by folder or by address. */
class StatusCommandIT {
    private static final String DIRECTORY = ".millrace-simulated";

    @TempDir private Path folder;

    @Nested
    class IdlePipeline {
        @Test
        void statusShowsServicesAndAnEmptyBacklog() {
            var launcher = new Launcher(folder);
            Running pipeline = launcher.start("up", "--simulate", "--metrics", "127.0.0.1:0");
            pipeline.awaitOutput("running ");
            String bootstrap =
                    pipeline.out()
                            .lines()
                            .filter(line -> line.startsWith("bootstrap "))
                            .map(line -> line.substring("bootstrap ".length()))
                            .findFirst()
                            .orElseThrow();

            String status =
                    launcher.run("status", "--bootstrap-server", bootstrap).exitsWith(0).out();

            assertThat(launcher.run("status", "--data-dir", DIRECTORY).exitsWith(0).out())
                    .as("status of the pipeline in this folder")
                    .isEqualTo(status);
            assertThat(launcher.run("status").exitsWith(2).err())
                    .as("no simulated pipeline is used unasked")
                    .contains("--data-dir " + DIRECTORY);
            assertThat(status)
                    .startsWith("routers 1, workers 1\n")
                    .contains("policy default@file-")
                    .containsPattern("gpt-4\\.1 +0 +0 +0 +0 +0 +0 +0\n");
            assertThat(
                            launcher.run(
                                            "submit",
                                            "--data-dir",
                                            DIRECTORY,
                                            Launcher.example("support-tickets.jsonl"))
                                    .out())
                    .as("submitted to the pipeline in this folder")
                    .contains(
                            "200 lines published", "batch support-tickets.jsonl of tenant default");
            pipeline.terminate();
            pipeline.await().exitsWith(0);
        }
    }
}
