package dev.millrace.standalone.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.simulator.ledger.LedgerEntry;
import dev.millrace.simulator.settings.FailFirst;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.worker.Worker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerIT {
    private static final String MODEL = "deepseek-v3.2";
    private static final String WORKER = "max_in_flight: 50, backoff: { initial: 5ms, max: 20ms }";

    @TempDir Path directory;

    private static Latency upTo(int millis) {
        return new Latency.Uniform(Duration.ZERO, Duration.ofMillis(millis));
    }

    private static void assertEachOnce(Scene scene, List<JobId> jobs) {
        scene.readToEnd();
        assertThat(scene.results.stream().map(ResultView::jobId))
                .containsExactlyInAnyOrderElementsOf(jobs.stream().map(JobId::value).toList());
        assertThat(scene.costs.stream().filter(CostEvent::isFinal).map(CostEvent::jobId))
                .containsExactlyInAnyOrderElementsOf(jobs);
        assertThat(scene.deadLetters).isEmpty();
    }

    @Nested
    class WhenTheProviderIsWell {
        @Test
        void everyJobHasOneResultThatCostsWhatWasBilled() throws Exception {
            try (var scene =
                            new Scene(
                                    directory, Scene.simulated(upTo(20), FailFirst.NONE), WORKER);
                    Worker worker = scene.worker()) {
                List<JobId> jobs = scene.submit(MODEL, 1_000);

                assertThat(scene.readUntil(() -> scene.results.size() >= 1_000)).isTrue();
                assertEachOnce(scene, jobs);
                assertThat(scene.results).allMatch(result -> result.errorCode() == null);
                assertThat(scene.simulator().ledger().summary().calls()).isEqualTo(1_000);
                assertThat(scene.costs.stream().mapToLong(cost -> cost.usage().totalTokens()).sum())
                        .isEqualTo(
                                scene.simulator().ledger().entries().stream()
                                        .mapToLong(it -> it.usage().input() + it.usage().output())
                                        .sum());
                assertThat(worker.health().ready()).isTrue();
            }
        }
    }

    @Nested
    class WhenCallsFailAtFirst {
        @Test
        void theyAreRepeatedUntilTheyAreAnswered() throws Exception {
            try (var scene =
                            new Scene(
                                    directory,
                                    Scene.simulated(upTo(5), new FailFirst(2, 503)),
                                    WORKER + ", retry_budget: { ratio: 100 }");
                    Worker _ = scene.worker()) {
                List<JobId> jobs = scene.submit(MODEL, 100);

                assertThat(scene.readUntil(() -> scene.results.size() >= 100)).isTrue();
                assertEachOnce(scene, jobs);
                assertThat(scene.results)
                        .allMatch(result -> result.errorCode() == null && result.attempts() == 3);
            }
        }
    }

    @Nested
    class AfterAnOrderlyStop {
        @Test
        void theNextWorkerCallsNoneAgain() throws Exception {
            try (var scene =
                    new Scene(directory, Scene.simulated(upTo(200), FailFirst.NONE), WORKER)) {
                List<JobId> jobs;
                try (Worker _ = scene.worker()) {
                    jobs = scene.submit(MODEL, 1_000);
                    assertThat(scene.readUntil(() -> scene.results.size() >= 300)).isTrue();
                }
                try (Worker _ = scene.worker()) {
                    assertThat(scene.readUntil(() -> scene.results.size() >= 1_000)).isTrue();
                }
                assertEachOnce(scene, jobs);
                assertThat(scene.simulator().ledger().summary().calls()).isEqualTo(1_000);
            }
        }
    }

    @Nested
    class AfterCallsWereBrokenOff {
        @Test
        void onlyThoseAreMadeAgain() throws Exception {
            try (var scene =
                    new Scene(directory, Scene.simulated(upTo(200), FailFirst.NONE), WORKER)) {
                Worker first = scene.worker();
                List<JobId> jobs = scene.submit(MODEL, 1_000);
                assertThat(scene.readUntil(() -> scene.results.size() >= 300)).isTrue();
                first.stopNow();
                scene.readToEnd();
                var finished =
                        scene.results.stream().map(ResultView::jobId).collect(Collectors.toSet());

                try (Worker _ = scene.worker()) {
                    assertThat(scene.readUntil(() -> scene.results.size() >= 1_000)).isTrue();
                }
                assertEachOnce(scene, jobs);
                Map<String, Long> calls =
                        scene.simulator().ledger().entries().stream()
                                .map(LedgerEntry::caller)
                                .collect(
                                        Collectors.groupingBy(
                                                it -> String.valueOf(it.idempotencyKey()),
                                                Collectors.counting()));
                assertThat(calls).hasSize(1_000);
                assertThat(finished).allSatisfy(job -> assertThat(calls).containsEntry(job, 1L));
                assertThat(calls.values().stream().filter(count -> count > 1).count())
                        .isBetween(1L, 50L);
            }
        }
    }

    @Nested
    class WhenASecondWorkerJoins {
        @Test
        void noCallIsMadeTwice() throws Exception {
            try (var scene =
                            new Scene(
                                    directory, Scene.simulated(upTo(200), FailFirst.NONE), WORKER);
                    Worker _ = scene.worker()) {
                List<JobId> jobs = scene.submit(MODEL, 2_000);
                assertThat(scene.readUntil(() -> scene.results.size() >= 300)).isTrue();
                try (Worker second = scene.worker("w2")) {
                    assertThat(
                                    scene.readUntil(
                                            () ->
                                                    second.health().ready()
                                                            && scene.results.size() >= 1_000))
                            .isTrue();
                }
                assertThat(scene.readUntil(() -> scene.results.size() >= 2_000)).isTrue();
                assertEachOnce(scene, jobs);
                assertThat(scene.simulator().ledger().summary().calls()).isEqualTo(2_000);
            }
        }
    }

    @Nested
    class WhenARecordIsNoJob {
        @Test
        void itIsADeadLetterAndTheOthersGoOn() throws Exception {
            try (var scene =
                            new Scene(directory, Scene.simulated(upTo(5), FailFirst.NONE), WORKER);
                    Worker _ = scene.worker()) {
                var bare = scene.job(MODEL, 7);
                bare.headers().remove("millrace-job-id");
                scene.submit(bare);
                scene.submit(MODEL, 5);

                assertThat(
                                scene.readUntil(
                                        () ->
                                                scene.results.size() >= 5
                                                        && !scene.deadLetters.isEmpty()))
                        .isTrue();
                scene.readToEnd();
                assertThat(scene.deadLetters).hasSize(1);
                assertThat(scene.results).hasSize(5);
            }
        }
    }
}
