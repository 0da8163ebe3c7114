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

            assertThat(launcher.run("status").exitsWith(0).out())
                    .as("status of the pipeline in this folder")
                    .isEqualTo(status);
            assertThat(status)
                    .startsWith("routers 1, workers 1\n")
                    .contains("policy default@file-")
                    .containsPattern("gpt-4\\.1 +0 +0 +0 +0 +0 +0 +0\n");
            assertThat(launcher.run("submit", Launcher.example("support-tickets.jsonl")).out())
                    .as("submitted to the pipeline in this folder")
                    .contains(
                            "200 lines published", "batch support-tickets.jsonl of tenant default");
            pipeline.terminate();
            pipeline.await().exitsWith(0);
        }
    }
}
