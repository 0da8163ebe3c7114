package dev.millrace.worker.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.testclusters.JobCluster;
import dev.millrace.worker.Worker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PauseAndCancelIT {
    private static final String MODEL = "deepseek-flash";
    private static final String OTHER = "gpt-4.1";
    private static final int JOBS = 500;

    @TempDir Path directory;

    private static SimulatorSettings taking(int millis) {
        return JobCluster.simulated(
                new Latency.Uniform(Duration.ofMillis(millis), Duration.ofMillis(millis + 1)));
    }

    private static long cancelled(JobCluster cluster) {
        return cluster.results().stream().filter(it -> "cancelled".equals(it.errorCode())).count();
    }

    @Nested
    class WhenABatchIsCancelled {
        @Test
        void runningCallsEndAndNoOtherCallIsMade() throws Exception {
            try (var cluster = new JobCluster(directory, taking(200), "max_in_flight: 10");
                    Worker _ = Workers.start(cluster)) {
                cluster.submit(MODEL, JOBS);
                assertThat(cluster.readUntil(() -> cluster.results().size() >= 10)).isTrue();

                cluster.write(new ControlKey.CancelBatch("default", "default"));

                assertThat(cluster.readUntil(() -> cluster.results().size() >= JOBS)).isTrue();
                cluster.readToEnd();
                assertThat(cluster.results())
                        .extracting(ResultView::jobId)
                        .doesNotHaveDuplicates()
                        .hasSize(JOBS);
                assertThat(cluster.costs().stream().filter(CostEvent::isFinal)).hasSize(JOBS);
                assertThat(cancelled(cluster)).isPositive();
                assertThat(cluster.simulator().ledger().summary().calls())
                        .isEqualTo(JOBS - cancelled(cluster));
            }
        }
    }

    @Nested
    class WhenABatchIsCancelledWithItsCalls {
        private static final int CALLS = 10;

        @Test
        void connectionsAreClosedAndEachJobEndsOnceWithAnUncertainCost() throws Exception {
            var registry = new SimpleMeterRegistry();
            try (var cluster = new JobCluster(directory, taking(600_000), "max_in_flight: 10");
                    Worker _ = Workers.start(cluster, registry)) {
                cluster.submit(MODEL, CALLS);
                await().until(() -> registry.timer("millrace.worker.queue.age").count() == CALLS);

                cluster.cancelWithCalls(new ControlKey.CancelBatch("default", "default"));

                assertThat(cluster.readUntil(() -> cluster.results().size() >= CALLS)).isTrue();
                cluster.readToEnd();
                assertThat(cancelled(cluster)).isEqualTo(CALLS);
                assertThat(cluster.results()).hasSize(CALLS);
                assertThat(cluster.costs())
                        .hasSize(CALLS)
                        .allMatch(CostEvent::isFinal)
                        .allMatch(it -> it.kind() == CostKind.UNCERTAIN);
            }
        }
    }

    @Nested
    class WhenAModelIsPaused {
        @Test
        void onlyCallsOfThePausedModelWaitUntilItIsResumed() throws Exception {
            var pause = new ControlKey.PauseModel(MODEL);
            try (var cluster = new JobCluster(directory, taking(5), "max_in_flight: 50")) {
                cluster.write(pause);
                try (Worker worker = Workers.start(cluster)) {
                    cluster.submit(MODEL, JOBS);
                    for (int i = JOBS; i < JOBS + 5; i++) {
                        cluster.submit(cluster.job(OTHER, Lane.NORMAL, i, null));
                    }
                    assertThat(cluster.readUntil(() -> cluster.results().size() >= 5)).isTrue();
                    assertThat(cluster.results()).extracting(ResultView::model).containsOnly(OTHER);
                    await().untilAsserted(
                                    () ->
                                            assertThat(worker.health().detail())
                                                    .contains("paused: " + MODEL));
                    assertThat(worker.health().ready()).isTrue();

                    cluster.remove(pause);

                    assertThat(cluster.readUntil(() -> cluster.results().size() >= JOBS + 5))
                            .isTrue();
                    assertThat(cluster.costs())
                            .extracting(it -> Objects.requireNonNull(it.end()).errorCode())
                            .containsOnlyNulls();
                }
            }
        }
    }

    @Nested
    class WhenEverythingIsPaused {
        @Test
        void startingWorkerMakesNoCallButEndsCancelledJobs() throws Exception {
            try (var cluster = new JobCluster(directory, taking(5), "max_in_flight: 50")) {
                cluster.write(new ControlKey.PauseAll());
                cluster.submit(MODEL, JOBS);
                try (Worker _ = Workers.start(cluster)) {
                    cluster.write(new ControlKey.CancelBatch("default", "default"));

                    assertThat(cluster.readUntil(() -> cluster.results().size() >= JOBS)).isTrue();
                }
                assertThat(cancelled(cluster)).isEqualTo(JOBS);
                assertThat(cluster.simulator().ledger().summary().calls()).isZero();
            }
        }
    }
}
