package dev.millrace.standalone.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.worker.Worker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job topic that is deleted while a worker calls its jobs and those of another model. */
class DeletedTopicIT {
    private static final String MODEL = "deepseek-v3.2";
    private static final String OTHER = "gpt-4.1";
    private static final int JOBS = 40;

    @TempDir private Path directory;

    @Test
    void holdsUpNoOtherTopicAndItsRunningCallsHaveResults() throws Exception {
        var latency = new Latency.Uniform(Duration.ofSeconds(2), Duration.ofSeconds(10));
        try (var scene =
                        new Scene(
                                directory,
                                Scene.simulated(latency),
                                "models: [ " + MODEL + ", " + OTHER + " ], max_in_flight: 200");
                Worker worker = scene.worker()) {
            for (int i = 0; i < JOBS; i++) {
                scene.submit(scene.job(MODEL, i));
                scene.submit(scene.job(OTHER, JOBS + i));
            }
            assertThat(scene.readUntil(() -> scene.results.size() >= 10)).isTrue();

            try (var admin = scene.admin()) {
                admin.deleteTopics(List.of(scene.topics().jobs(MODEL, Lane.NORMAL))).all().get();
            }

            assertThat(scene.readUntil(() -> scene.results.size() >= 2 * JOBS)).isTrue();
            assertThat(scene.results).extracting(ResultView::customId).doesNotHaveDuplicates();
            assertThat(worker.health().live()).isTrue();
        }
    }
}
