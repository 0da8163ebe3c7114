package dev.millrace.worker.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.testclusters.JobCluster;
import dev.millrace.worker.Worker;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FallbackIT {
    private static final int JOBS = 60;
    private static final String FIRST = "gpt-4.1";
    private static final String SECOND = "deepseek-flash";
    private static final String WORKER =
            "max_in_flight: 20, max_attempts: 2, backoff: { initial: 5ms, max: 20ms },"
                    + " retry_budget: { ratio: 100 }";

    /** The first model answers no call, and charges for some. */
    private static final SimulatorSettings FIRST_FAILS =
            SimulatorSettings.parse(
                    "test",
                    """
                    models:
                      gpt-4.1:
                        latency: 20ms
                        failures: { server_error: 0.5, drop_after_billing: 0.5 }
                      deepseek-flash: { latency: 20ms }
                    """);

    private static final List<Lane> LANES = List.of(Lane.values());

    @TempDir Path directory;

    private static ProducerRecord<byte[], byte[]> job(JobCluster cluster, int number) {
        Lane lane = LANES.get(number % LANES.size());
        var record = cluster.job(FIRST, lane, number, 0);
        MillraceHeaders.put(record.headers(), MillraceHeaders.CHAIN, FIRST + "," + SECOND);
        return record;
    }

    private static void submit(JobCluster cluster) {
        for (int i = 0; i < JOBS; i++) {
            cluster.submit(job(cluster, i));
        }
    }

    private static void assertEachOnce(JobCluster cluster) {
        cluster.readToEnd();
        assertThat(cluster.results())
                .extracting(ResultView::jobId)
                .hasSize(JOBS)
                .doesNotHaveDuplicates();
        assertThat(cluster.costs().stream().filter(CostEvent::isFinal)).hasSize(JOBS);
        assertThat(cluster.costs()).extracting(CostEvent::eventId).doesNotHaveDuplicates();
        assertThat(cluster.results())
                .allSatisfy(
                        it -> {
                            assertThat(it.errorCode()).isNull();
                            assertThat(it.model()).isEqualTo(SECOND);
                        });
    }

    private static BigDecimal sum(List<BigDecimal> amounts) {
        return amounts.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    @Nested
    class WhenAModelAlwaysFails {
        @Test
        void nextModelAnswersItsJobs() throws Exception {
            try (var cluster = new JobCluster(directory, FIRST_FAILS, WORKER);
                    Worker worker = Workers.start(cluster)) {
                submit(cluster);

                assertThat(cluster.readUntil(() -> cluster.results().size() >= JOBS)).isTrue();
                assertEachOnce(cluster);
                assertThat(cluster.results()).allMatch(it -> it.attempts() <= 3);
                assertThat(sum(cluster.results().stream().map(ResultView::costUsd).toList()))
                        .isEqualByComparingTo(
                                sum(
                                        cluster.costs().stream()
                                                .filter(it -> it.kind() == CostKind.BILLED)
                                                .map(CostEvent::costUsd)
                                                .toList()));
                assertThat(cluster.simulator().ledger().summary().calls())
                        .isLessThanOrEqualTo(3L * JOBS);
                assertThat(worker.health().ready()).isTrue();
            }
        }

        @Test
        void abortedWorkerLosesAndRepeatsNoHandOver() throws Exception {
            try (var cluster = new JobCluster(directory, FIRST_FAILS, WORKER)) {
                Worker first = Workers.start(cluster);
                submit(cluster);
                assertThat(cluster.readUntil(() -> cluster.results().size() >= JOBS / 4)).isTrue();
                first.stopNow();

                try (Worker _ = Workers.start(cluster)) {
                    assertThat(cluster.readUntil(() -> cluster.results().size() >= JOBS)).isTrue();
                }
                assertEachOnce(cluster);
            }
        }
    }

    @Nested
    class WhenTheNextTopicIsMissing {
        @Test
        void jobEndsWithItsErrorAndOthersContinue() throws Exception {
            try (var cluster = new JobCluster(directory, FIRST_FAILS, WORKER)) {
                delete(cluster, cluster.topics().jobs(SECOND, Lane.NORMAL));
                try (Worker worker = Workers.start(cluster)) {
                    var record = cluster.job(FIRST, Lane.NORMAL, 0, 0);
                    MillraceHeaders.put(
                            record.headers(), MillraceHeaders.CHAIN, FIRST + "," + SECOND);
                    cluster.submit(record);

                    assertThat(cluster.readUntil(() -> !cluster.results().isEmpty())).isTrue();
                    assertThat(cluster.results().getFirst().model()).isEqualTo(FIRST);
                    assertThat(cluster.results().getFirst().errorCode()).isNotNull();
                    assertThat(worker.health().stoppedPartitions()).isEmpty();
                }
            }
        }

        private static void delete(JobCluster cluster, String topic)
                throws ExecutionException, InterruptedException {
            try (var admin = cluster.admin()) {
                admin.deleteTopics(List.of(topic)).all().get();
            }
        }
    }
}
