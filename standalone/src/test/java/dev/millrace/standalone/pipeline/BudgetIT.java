package dev.millrace.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.control.ControlFollower;
import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.standalone.cli.Commands;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.testclusters.JobCluster;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests two routers and a worker with one tenant that has a budget and one without. */
class BudgetIT {
    private static final String LIMIT = "0.0085";
    private static final BigDecimal NEARLY_ALL = new BigDecimal("0.95");
    private static final Latency LATENCY =
            new Latency.Uniform(Duration.ofMillis(20), Duration.ofMillis(60));
    private static final int JOBS = 1_000;
    private static final int OTHERS = 100;

    @TempDir private Path folder;

    @Test
    void budgetIsSpentNearlyCompletelyAndNeverExceeded() {
        try (var cluster = cluster();
                var _ = router(cluster, "first", "reject");
                var _ = PipelineServices.worker(cluster)) {
            try (var _ = router(cluster, "second", "reject")) {
                submit(cluster, "acme", 0, JOBS / 2);
                submit(cluster, "globex", 0, OTHERS);
                cluster.readUntil(() -> cluster.results().size() >= OTHERS);
            }
            // The other router takes over with equal reservations and shares.
            submit(cluster, "acme", JOBS / 2, JOBS);
            awaitResults(cluster, JOBS + OTHERS);

            assertSpent(cluster, LIMIT);
            assertThat(results(cluster, "globex")).allMatch(it -> it.errorCode() == null);
            assertThat(results(cluster, "acme"))
                    .extracting(ResultView::errorCode)
                    .containsOnly(null, "budget_exceeded");
            await().untilAsserted(
                            () -> {
                                BudgetState state = state(cluster);
                                assertThat(state.alertPercent()).isEqualTo(100);
                                assertThat(state.reservedUsd()).isEqualByComparingTo("0");
                                assertThat(state.spentUsd()).isEqualByComparingTo(spent(cluster));
                            });
        }
    }

    @Tag("long")
    @Test
    void parkedJobsContinueWhenTheLimitIsRaised() {
        try (var cluster = cluster();
                var _ = router(cluster, "first", "park");
                var _ = router(cluster, "second", "park");
                var _ = PipelineServices.worker(cluster)) {
            submit(cluster, "acme", 0, JOBS);
            await().until(() -> isExhausted(cluster));
            submit(cluster, "globex", 0, OTHERS);
            cluster.readUntil(() -> results(cluster, "globex").size() == OTHERS);
            cluster.readToEnd();

            assertSpent(cluster, LIMIT);
            assertThat(results(cluster, "acme").size() + state(cluster).waitingJobs())
                    .isEqualTo(JOBS);

            assertThat(
                            Commands.execute(
                                    "budget",
                                    "set",
                                    "--tenant",
                                    "acme",
                                    "--limit-usd",
                                    "100",
                                    "--bootstrap-server",
                                    cluster.bootstrapServers()))
                    .isEqualTo(ExitCode.OK);
            awaitResults(cluster, JOBS + OTHERS);
            assertThat(cluster.results()).allMatch(it -> it.errorCode() == null);
        }
    }

    private JobCluster cluster() {
        return new JobCluster(folder.resolve("broker"), JobCluster.simulated(LATENCY), "");
    }

    private Router router(JobCluster cluster, String name, String onExhausted) {
        return Router.start(
                RouterSettings.of(config(cluster, onExhausted), folder.resolve(name)),
                new SimpleMeterRegistry(),
                InstantSource.system());
    }

    private static MillraceConfig config(JobCluster cluster, String onExhausted) {
        String yaml =
                "tenants: { acme: { budget: { limit_usd: %s, period: total, on_exhausted: %s } } }"
                        .formatted(LIMIT, onExhausted);
        return new ConfigLoader(Map.of())
                .parse("test", yaml)
                .withSimulator()
                .withKafka(
                        new KafkaConfig(Map.of("bootstrap.servers", cluster.bootstrapServers())));
    }

    private static void submit(JobCluster cluster, String tenant, int from, int to) {
        cluster.submit(
                IntStream.range(from, to).mapToObj(i -> request(cluster, tenant, i)).toList());
    }

    private static ProducerRecord<byte[], byte[]> request(
            JobCluster cluster, String tenant, int number) {
        String line =
                """
                {"custom_id":"job-%d","url":"/v1/chat/completions","millrace":{"tenant":"%s","fallback":[]},\
                "body":{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Say %d"}],"max_tokens":20}}"""
                        .formatted(number, tenant, number);
        String key = tenant + "-job-" + number;
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

    private static List<ResultView> results(JobCluster cluster, String tenant) {
        return cluster.results().stream().filter(it -> it.tenant().equals(tenant)).toList();
    }

    private static BigDecimal spent(JobCluster cluster) {
        return cluster.costs().stream()
                .filter(it -> it.tenant().equals("acme"))
                .map(CostEvent::costUsd)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static void assertSpent(JobCluster cluster, String limit) {
        assertThat(spent(cluster))
                .isLessThanOrEqualTo(new BigDecimal(limit))
                .isGreaterThan(nearlyAll(limit));
    }

    private static BigDecimal nearlyAll(String limit) {
        return new BigDecimal(limit).multiply(NEARLY_ALL);
    }

    /**
     * Returns true if nearly all is spent, jobs wait, none runs, and nothing has changed for some
     * seconds.
     */
    private static boolean isExhausted(JobCluster cluster) {
        Instant lately = Instant.now().minus(Duration.ofSeconds(3));
        cluster.readToEnd();
        return findState(cluster)
                .filter(it -> results(cluster, "acme").size() + it.waitingJobs() == JOBS)
                .filter(it -> it.spentUsd().compareTo(nearlyAll(LIMIT)) > 0)
                .filter(it -> it.waitingJobs() > 0 && it.reservedUsd().signum() == 0)
                .filter(it -> it.at().isBefore(lately))
                .isPresent();
    }

    private static BudgetState state(JobCluster cluster) {
        return findState(cluster).orElseThrow();
    }

    private static Optional<BudgetState> findState(JobCluster cluster) {
        return Optional.ofNullable(
                ControlFollower.read(
                                Map.of("bootstrap.servers", cluster.bootstrapServers()),
                                cluster.topics().prefix())
                        .budgets()
                        .states()
                        .get(ControlKey.TenantBudget.total("acme")));
    }
}
