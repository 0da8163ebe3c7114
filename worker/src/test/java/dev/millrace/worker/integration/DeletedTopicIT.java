package dev.millrace.worker.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.testclusters.JobCluster;
import dev.millrace.worker.Worker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deletes a job topic while a worker calls its jobs and the jobs of another model. */
@Tag("long")
class DeletedTopicIT {
    private static final String MODEL = "deepseek-flash";
    private static final String OTHER = "gpt-4.1";
    private static final int JOBS = 40;

    @TempDir private Path directory;

    @Test
    void deletedTopicDelaysNoOtherTopicAndItsRunningCallsGetResults() throws Exception {
        var latency = new Latency.Uniform(Duration.ofSeconds(2), Duration.ofSeconds(10));
        try (var cluster =
                        new JobCluster(
                                directory,
                                JobCluster.simulated(latency),
                                "models: [ " + MODEL + ", " + OTHER + " ], max_in_flight: 200");
                Worker worker = Workers.start(cluster)) {
            for (int i = 0; i < JOBS; i++) {
                cluster.submit(cluster.job(MODEL, i));
                cluster.submit(cluster.job(OTHER, JOBS + i));
            }
            assertThat(cluster.readUntil(() -> cluster.results().size() >= 10)).isTrue();

            try (var admin = cluster.admin()) {
                admin.deleteTopics(List.of(cluster.topics().jobs(MODEL, Lane.NORMAL))).all().get();
            }

            assertThat(cluster.readUntil(() -> cluster.results().size() >= 2 * JOBS)).isTrue();
            assertThat(cluster.results()).extracting(ResultView::customId).doesNotHaveDuplicates();
            assertThat(worker.health().live()).isTrue();
        }
    }
}
