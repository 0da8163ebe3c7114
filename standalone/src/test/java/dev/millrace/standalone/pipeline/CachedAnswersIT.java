package dev.millrace.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.fixtures.JobCluster;
import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a router and a worker with jobs that ask for cached answers. */
class CachedAnswersIT {
    private static final int JOBS = 60;
    private static final int REQUESTS = 12;

    @TempDir private Path folder;

    @Test
    void identicalJobsAreCalledOnceAndLaterOnesAreAnsweredFromTheCache() {
        var latency = new Latency.Uniform(Duration.ofMillis(200), Duration.ofMillis(300));
        try (var cluster =
                        new JobCluster(
                                folder.resolve("broker"), JobCluster.simulated(latency), "");
                var _ = startRouter(cluster);
                var _ = startWorker(cluster)) {
            submit(cluster, "first");
            awaitResults(cluster, JOBS);

            assertThat(cluster.simulator().ledger().summary().calls()).isEqualTo(REQUESTS);

            submit(cluster, "second");
            awaitResults(cluster, 2 * JOBS);

            assertThat(cluster.simulator().ledger().summary().calls()).isEqualTo(REQUESTS);
            assertThat(cluster.results())
                    .allMatch(result -> result.errorCode() == null)
                    .extracting(ResultView::jobId)
                    .doesNotHaveDuplicates();
            assertCosts(cluster);
        }
    }

    private static void assertCosts(JobCluster cluster) {
        var byKind =
                cluster.costs().stream()
                        .filter(CostEvent::isFinal)
                        .collect(Collectors.groupingBy(CostEvent::kind));
        assertThat(byKind.keySet()).containsExactlyInAnyOrder(CostKind.BILLED, CostKind.SAVED);
        assertThat(byKind.get(CostKind.BILLED)).hasSize(REQUESTS);
        assertThat(byKind.get(CostKind.SAVED)).hasSize(2 * JOBS - REQUESTS);
        BigDecimal billed = sum(byKind.get(CostKind.BILLED).stream().map(CostEvent::costUsd));
        BigDecimal saved = sum(byKind.get(CostKind.SAVED).stream().map(CostEvent::savedUsd));
        assertThat(saved)
                .isEqualByComparingTo(billed.multiply(BigDecimal.valueOf(2 * JOBS / REQUESTS - 1)));
    }

    private static BigDecimal sum(Stream<BigDecimal> amounts) {
        return amounts.reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private Router startRouter(JobCluster cluster) {
        return Router.start(
                RouterSettings.embedded(cluster.config("r1"), folder.resolve("state")),
                new SimpleMeterRegistry(),
                InstantSource.system());
    }

    private static Worker startWorker(JobCluster cluster) {
        return Worker.start(
                new WorkerSettings(
                        cluster.config("w1"),
                        new SimpleMeterRegistry(),
                        InstantSource.system(),
                        System::nanoTime,
                        new SplittableRandom(1),
                        false,
                        "w1",
                        true));
    }

    private static void submit(JobCluster cluster, String batch) {
        for (int i = 0; i < JOBS; i++) {
            String line =
                    """
                    {"custom_id":"job-%d","url":"/v1/chat/completions","millrace":{"cache":"exact","batch":"%s"},\
                    "body":{"model":"deepseek-v3.2","messages":[{"role":"user","content":"Say %d"}],"max_tokens":20}}"""
                            .formatted(i, batch, i % REQUESTS);
            String key = "job-" + i;
            cluster.submit(
                    new ProducerRecord<>(
                            cluster.topics().requests(),
                            key.getBytes(UTF_8),
                            line.getBytes(UTF_8)));
        }
    }

    private static void awaitResults(JobCluster cluster, int results) {
        assertThat(cluster.readUntil(() -> cluster.results().size() >= results))
                .as(() -> cluster.results().size() + " of " + results + " results")
                .isTrue();
        cluster.readToEnd();
        assertThat(cluster.results()).hasSize(results);
        assertThat(cluster.deadLetters()).isEmpty();
    }
}
