package dev.millrace.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.control.CacheStats;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.control.ControlFollower;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.standalone.cli.Commands;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.testclusters.JobCluster;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
                var _ = PipelineServices.router(cluster, folder.resolve("state"));
                var _ = PipelineServices.worker(cluster)) {
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

    @Test
    void purgedAnswersAreCalledAgainAndStatisticsCountThem() {
        var latency = new Latency.Uniform(Duration.ZERO, Duration.ofMillis(5));
        try (var cluster =
                        new JobCluster(
                                folder.resolve("broker"), JobCluster.simulated(latency), "");
                var _ = PipelineServices.router(cluster, folder.resolve("state"));
                var _ = PipelineServices.worker(cluster)) {
            submit(cluster, "first");
            awaitResults(cluster, JOBS);
            assertThat(
                            Commands.execute(
                                    "cache",
                                    "purge",
                                    "--model",
                                    "deepseek-flash",
                                    "--bootstrap-server",
                                    cluster.bootstrapServers()))
                    .isEqualTo(ExitCode.OK);

            var batch = new AtomicInteger();
            await().until(
                            () -> {
                                submit(cluster, "after-" + batch.incrementAndGet());
                                awaitResults(cluster, JOBS * (1 + batch.get()));
                                return calls(cluster) > REQUESTS;
                            });

            assertThat(calls(cluster)).isLessThanOrEqualTo(2 * REQUESTS);
            long ended = JOBS * (1L + batch.get());
            await().untilAsserted(() -> assertStats(stats(cluster), cluster, ended));
        }
    }

    private static void assertStats(CacheStats stats, JobCluster cluster, long ended) {
        assertThat(stats.misses()).isEqualTo(calls(cluster));
        assertThat(stats.hits() + stats.collapsed() + stats.misses()).isEqualTo(ended);
        assertThat(stats.entries()).isBetween(1L, (long) REQUESTS);
        assertThat(stats.savedUsd()).isPositive();
    }

    private static long calls(JobCluster cluster) {
        return cluster.simulator().ledger().summary().calls();
    }

    private static CacheStats stats(JobCluster cluster) {
        return ControlFollower.read(
                        Map.of("bootstrap.servers", cluster.bootstrapServers()),
                        cluster.topics().prefix())
                .cache()
                .total();
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

    private static void submit(JobCluster cluster, String batch) {
        cluster.submit(IntStream.range(0, JOBS).mapToObj(i -> request(cluster, batch, i)).toList());
    }

    private static ProducerRecord<byte[], byte[]> request(
            JobCluster cluster, String batch, int number) {
        String line =
                """
                {"custom_id":"job-%d","url":"/v1/chat/completions","millrace":{"cache":"exact","batch":"%s"},\
                "body":{"model":"deepseek-flash","messages":[{"role":"user","content":"Say %d"}],"max_tokens":20}}"""
                        .formatted(number, batch, number % REQUESTS);
        String key = "job-" + number;
        return new ProducerRecord<>(
                cluster.topics().requests(), key.getBytes(UTF_8), line.getBytes(UTF_8));
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
