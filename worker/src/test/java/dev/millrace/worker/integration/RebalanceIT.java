package dev.millrace.worker.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.testclusters.JobCluster;
import dev.millrace.worker.Worker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two workers, one of which leaves, with either group protocol. */
class RebalanceIT {
    private static final String MODEL = "deepseek-flash";
    private static final int JOBS = 4_000;

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"consumer", "classic"})
    void joiningAndLeavingWorkerRepeatsNoCall(String protocol) throws Exception {
        var latency = new Latency.Uniform(Duration.ZERO, Duration.ofMillis(150));
        try (var cluster =
                        new JobCluster(
                                directory,
                                JobCluster.simulated(latency),
                                "models: [ " + MODEL + " ], max_in_flight: 40",
                                Map.of("group.protocol", protocol));
                Worker stays = Workers.start(cluster, "stays")) {
            List<JobId> jobs = cluster.submit(MODEL, JOBS);
            assertThat(cluster.readUntil(() -> cluster.results().size() >= JOBS / 10)).isTrue();
            try (Worker goes = Workers.start(cluster, "goes")) {
                assertThat(cluster.readUntil(() -> goes.health().ready())).isTrue();
                assertThat(goes.health().detail()).contains("partitions");
                // On a fast machine little may be left when the second one is ready.
                int more = Math.min(JOBS, cluster.results().size() + JOBS / 10);
                assertThat(cluster.readUntil(() -> cluster.results().size() >= more))
                        .as(() -> cluster.results().size() + " of " + more + " results")
                        .isTrue();
            }
            assertThat(cluster.readUntil(() -> cluster.results().size() >= JOBS))
                    .as(() -> cluster.results().size() + " of " + JOBS + " results")
                    .isTrue();
            cluster.readToEnd();

            assertThat(cluster.results().stream().map(ResultView::jobId))
                    .containsExactlyInAnyOrderElementsOf(jobs.stream().map(JobId::value).toList());
            assertThat(cluster.costs().stream().filter(CostEvent::isFinal).map(CostEvent::jobId))
                    .containsExactlyInAnyOrderElementsOf(jobs);
            assertThat(cluster.simulator().ledger().summary().calls()).isEqualTo(JOBS);
            assertThat(stays.health().ready()).isTrue();
        }
    }
}
