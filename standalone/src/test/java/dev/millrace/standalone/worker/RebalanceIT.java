package dev.millrace.standalone.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.worker.Worker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two workers of which one leaves, with either protocol of the group. */
class RebalanceIT {
    private static final String MODEL = "deepseek-v3.2";
    private static final int JOBS = 4_000;

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"consumer", "classic"})
    void aWorkerThatComesAndGoesMakesNoCallTwice(String protocol) throws Exception {
        var latency = new Latency.Uniform(Duration.ZERO, Duration.ofMillis(150));
        try (var scene =
                        new Scene(
                                directory,
                                Scene.simulated(latency),
                                "models: [ " + MODEL + " ], max_in_flight: 40",
                                Map.of("group.protocol", protocol));
                Worker stays = scene.worker("stays")) {
            List<JobId> jobs = scene.submit(MODEL, JOBS);
            assertThat(scene.readUntil(() -> scene.results.size() >= JOBS / 10)).isTrue();
            try (Worker goes = scene.worker("goes")) {
                assertThat(scene.readUntil(() -> goes.health().ready())).isTrue();
                assertThat(goes.health().detail()).contains("partitions");
                // On a fast machine little may be left when the second one is ready.
                int more = Math.min(JOBS, scene.results.size() + JOBS / 10);
                assertThat(scene.readUntil(() -> scene.results.size() >= more))
                        .as(() -> scene.results.size() + " of " + more + " results")
                        .isTrue();
            }
            assertThat(scene.readUntil(() -> scene.results.size() >= JOBS))
                    .as(() -> scene.results.size() + " of " + JOBS + " results")
                    .isTrue();
            scene.readToEnd();

            assertThat(scene.results.stream().map(ResultView::jobId))
                    .containsExactlyInAnyOrderElementsOf(jobs.stream().map(JobId::value).toList());
            assertThat(scene.costs.stream().filter(CostEvent::isFinal).map(CostEvent::jobId))
                    .containsExactlyInAnyOrderElementsOf(jobs);
            assertThat(scene.simulator().ledger().summary().calls()).isEqualTo(JOBS);
            assertThat(stays.health().ready()).isTrue();
        }
    }
}
