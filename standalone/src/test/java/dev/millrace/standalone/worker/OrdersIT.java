package dev.millrace.standalone.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.worker.Worker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrdersIT {
    private static final String MODEL = "deepseek-v3.2";
    private static final String OTHER = "gpt-4.1";
    private static final int JOBS = 500;

    @TempDir Path directory;

    private static SimulatorSettings taking(int millis) {
        return Scene.simulated(
                new Latency.Uniform(Duration.ofMillis(millis), Duration.ofMillis(millis + 1)));
    }

    private static long cancelled(Scene scene) {
        return scene.results.stream().filter(it -> "cancelled".equals(it.errorCode())).count();
    }

    @Nested
    class WhenABatchIsCancelled {
        @Test
        void runningCallsEndAndAllOthersAreNotMade() throws Exception {
            try (var scene = new Scene(directory, taking(200), "max_in_flight: 10");
                    Worker _ = scene.worker()) {
                scene.submit(MODEL, JOBS);
                assertThat(scene.readUntil(() -> scene.results.size() >= 10)).isTrue();

                scene.order(new ControlKey.CancelBatch("default", "default"));

                assertThat(scene.readUntil(() -> scene.results.size() >= JOBS)).isTrue();
                scene.readToEnd();
                assertThat(scene.results)
                        .extracting(ResultView::jobId)
                        .doesNotHaveDuplicates()
                        .hasSize(JOBS);
                assertThat(scene.costs.stream().filter(CostEvent::isFinal)).hasSize(JOBS);
                assertThat(cancelled(scene)).isPositive();
                assertThat(scene.simulator().ledger().summary().calls())
                        .isEqualTo(JOBS - cancelled(scene));
            }
        }
    }

    @Nested
    class WhenAModelIsPaused {
        @Test
        void onlyItsCallsWaitUntilItIsResumed() throws Exception {
            var pause = new ControlKey.PauseModel(MODEL);
            try (var scene = new Scene(directory, taking(5), "max_in_flight: 50")) {
                scene.order(pause);
                try (Worker worker = scene.worker()) {
                    scene.submit(MODEL, JOBS);
                    for (int i = JOBS; i < JOBS + 5; i++) {
                        scene.submit(scene.job(OTHER, Lane.NORMAL, i, null));
                    }
                    assertThat(scene.readUntil(() -> scene.results.size() >= 5)).isTrue();
                    assertThat(scene.results).extracting(ResultView::model).containsOnly(OTHER);
                    await().untilAsserted(
                                    () ->
                                            assertThat(worker.health().detail())
                                                    .contains("paused: " + MODEL));
                    assertThat(worker.health().ready()).isTrue();

                    scene.takeBack(pause);

                    assertThat(scene.readUntil(() -> scene.results.size() >= JOBS + 5)).isTrue();
                    assertThat(scene.costs)
                            .extracting(it -> Objects.requireNonNull(it.end()).errorCode())
                            .containsOnlyNulls();
                }
            }
        }
    }

    @Nested
    class WhenEverythingIsPaused {
        @Test
        void aWorkerThatStartsMakesNoCallAndEndsCancelledJobs() throws Exception {
            try (var scene = new Scene(directory, taking(5), "max_in_flight: 50")) {
                scene.order(new ControlKey.PauseAll());
                scene.submit(MODEL, JOBS);
                try (Worker _ = scene.worker()) {
                    scene.order(new ControlKey.CancelBatch("default", "default"));

                    assertThat(scene.readUntil(() -> scene.results.size() >= JOBS)).isTrue();
                }
                assertThat(cancelled(scene)).isEqualTo(JOBS);
                assertThat(scene.simulator().ledger().summary().calls()).isZero();
            }
        }
    }
}
