package dev.millrace.worker.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.simulator.calllog.LoggedCall;
import dev.millrace.simulator.settings.FailFirst;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.testclusters.JobCluster;
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
    private static final String MODEL = "deepseek-flash";
    private static final String WORKER = "max_in_flight: 50, backoff: { initial: 5ms, max: 20ms }";

    @TempDir Path directory;

    private static Latency upTo(int millis) {
        return new Latency.Uniform(Duration.ZERO, Duration.ofMillis(millis));
    }

    private static void assertEachOnce(JobCluster cluster, List<JobId> jobs) {
        cluster.readToEnd();
        assertThat(cluster.results().stream().map(ResultView::jobId))
                .containsExactlyInAnyOrderElementsOf(jobs.stream().map(JobId::value).toList());
        assertThat(cluster.costs().stream().filter(CostEvent::isFinal).map(CostEvent::jobId))
                .containsExactlyInAnyOrderElementsOf(jobs);
        assertThat(cluster.deadLetters()).isEmpty();
    }

    @Nested
    class WhenTheProviderAnswers {
        @Test
        void everyJobHasOneResultWithTheBilledCost() throws Exception {
            try (var cluster =
                            new JobCluster(
                                    directory,
                                    JobCluster.simulated(upTo(20), FailFirst.NONE),
                                    WORKER);
                    Worker worker = Workers.start(cluster)) {
                List<JobId> jobs = cluster.submit(MODEL, 1_000);

                assertThat(cluster.readUntil(() -> cluster.results().size() >= 1_000)).isTrue();
                assertEachOnce(cluster, jobs);
                assertThat(cluster.results()).allMatch(result -> result.errorCode() == null);
                assertThat(cluster.simulator().ledger().summary().calls()).isEqualTo(1_000);
                assertThat(
                                cluster.costs().stream()
                                        .mapToLong(cost -> cost.usage().totalTokens())
                                        .sum())
                        .isEqualTo(
                                cluster.simulator().ledger().entries().stream()
                                        .mapToLong(it -> it.usage().input() + it.usage().output())
                                        .sum());
                assertThat(worker.health().ready()).isTrue();
            }
        }
    }

    @Nested
    class WhenCallsFailAtFirst {
        @Test
        void callsAreRetriedUntilTheyAreAnswered() throws Exception {
            try (var cluster =
                            new JobCluster(
                                    directory,
                                    JobCluster.simulated(upTo(5), new FailFirst(2, 503)),
                                    WORKER
                                            + ", retry_budget: { ratio: 100 }"
                                            + ", breaker: { open_for: 1ms }");
                    Worker _ = Workers.start(cluster)) {
                List<JobId> jobs = cluster.submit(MODEL, 100);

                assertThat(cluster.readUntil(() -> cluster.results().size() >= 100)).isTrue();
                assertEachOnce(cluster, jobs);
                assertThat(cluster.results())
                        .allMatch(result -> result.errorCode() == null && result.attempts() <= 3);
                assertThat(cluster.simulator().ledger().summary().calls()).isEqualTo(300);
            }
        }
    }

    @Nested
    class AfterAnOrderlyStop {
        @Test
        void nextWorkerRepeatsNoCall() throws Exception {
            try (var cluster =
                    new JobCluster(
                            directory, JobCluster.simulated(upTo(200), FailFirst.NONE), WORKER)) {
                List<JobId> jobs;
                try (Worker _ = Workers.start(cluster)) {
                    jobs = cluster.submit(MODEL, 1_000);
                    assertThat(cluster.readUntil(() -> cluster.results().size() >= 300)).isTrue();
                }
                try (Worker _ = Workers.start(cluster)) {
                    assertThat(cluster.readUntil(() -> cluster.results().size() >= 1_000)).isTrue();
                }
                assertEachOnce(cluster, jobs);
                assertThat(cluster.simulator().ledger().summary().calls()).isEqualTo(1_000);
            }
        }
    }

    @Nested
    class AfterCallsWereAborted {
        @Test
        void onlyAbortedCallsAreRepeated() throws Exception {
            try (var cluster =
                    new JobCluster(
                            directory, JobCluster.simulated(upTo(200), FailFirst.NONE), WORKER)) {
                Worker first = Workers.start(cluster);
                List<JobId> jobs = cluster.submit(MODEL, 1_000);
                assertThat(cluster.readUntil(() -> cluster.results().size() >= 300)).isTrue();
                first.stopNow();
                cluster.readToEnd();
                var finished =
                        cluster.results().stream()
                                .map(ResultView::jobId)
                                .collect(Collectors.toSet());

                try (Worker _ = Workers.start(cluster)) {
                    assertThat(cluster.readUntil(() -> cluster.results().size() >= 1_000)).isTrue();
                }
                assertEachOnce(cluster, jobs);
                Map<String, Long> calls =
                        cluster.simulator().ledger().entries().stream()
                                .map(LoggedCall::caller)
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
        void secondWorkerRepeatsNoCall() throws Exception {
            try (var cluster =
                            new JobCluster(
                                    directory,
                                    JobCluster.simulated(upTo(200), FailFirst.NONE),
                                    WORKER);
                    Worker _ = Workers.start(cluster)) {
                List<JobId> jobs = cluster.submit(MODEL, 2_000);
                assertThat(cluster.readUntil(() -> cluster.results().size() >= 300)).isTrue();
                try (Worker second = Workers.start(cluster, "w2")) {
                    assertThat(
                                    cluster.readUntil(
                                            () ->
                                                    second.health().ready()
                                                            && cluster.results().size() >= 1_000))
                            .isTrue();
                }
                assertThat(cluster.readUntil(() -> cluster.results().size() >= 2_000)).isTrue();
                assertEachOnce(cluster, jobs);
                assertThat(cluster.simulator().ledger().summary().calls()).isEqualTo(2_000);
            }
        }
    }

    @Nested
    class WhenARecordIsNotAJob {
        @Test
        void recordBecomesADeadLetterAndOtherJobsContinue() throws Exception {
            try (var cluster =
                            new JobCluster(
                                    directory,
                                    JobCluster.simulated(upTo(5), FailFirst.NONE),
                                    WORKER);
                    Worker _ = Workers.start(cluster)) {
                var bare = cluster.job(MODEL, 7);
                bare.headers().remove("millrace-job-id");
                cluster.submit(bare);
                cluster.submit(MODEL, 5);

                assertThat(
                                cluster.readUntil(
                                        () ->
                                                cluster.results().size() >= 5
                                                        && !cluster.deadLetters().isEmpty()))
                        .isTrue();
                cluster.readToEnd();
                assertThat(cluster.deadLetters()).hasSize(1);
                assertThat(cluster.results()).hasSize(5);
            }
        }
    }
}
