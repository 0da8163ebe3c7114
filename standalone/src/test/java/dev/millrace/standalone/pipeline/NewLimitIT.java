package dev.millrace.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.control.ControlFollower;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.standalone.cli.Commands;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.testclusters.JobCluster;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a router and a worker whose tenant gets its first limit in the middle of a backlog. */
class NewLimitIT {
    private static final int JOBS = 2_000;
    private static final int IN_FLIGHT = 8;

    @TempDir private Path folder;

    @Test
    void firstLimitHoldsForTheBacklogAndBeginsWithWhatWasSpent() {
        try (var cluster =
                        new JobCluster(
                                folder.resolve("broker"),
                                JobCluster.simulated(new Latency.Constant(Duration.ofMillis(20))),
                                "max_in_flight: " + IN_FLIGHT);
                var _ = PipelineServices.router(cluster, folder.resolve("router"));
                var _ = PipelineServices.worker(cluster)) {
            cluster.submit(IntStream.range(0, JOBS).mapToObj(i -> request(cluster, i)).toList());
            cluster.readUntil(() -> cluster.results().size() >= 100);
            BigDecimal each =
                    spent(cluster)
                            .divide(BigDecimal.valueOf(cluster.costs().size()), 9, RoundingMode.UP);
            // Far less than the backlog costs, and more than what is spent.
            BigDecimal limit = each.multiply(BigDecimal.valueOf(JOBS / 2));

            assertThat(setLimit(cluster, limit)).isEqualTo(ExitCode.OK);

            cluster.readUntil(() -> cluster.results().size() >= JOBS);
            cluster.readToEnd();
            assertThat(cluster.results())
                    .hasSize(JOBS)
                    .extracting(ResultView::errorCode)
                    .containsOnly(null, "budget_exceeded");
            assertThat(spent(cluster)).isLessThanOrEqualTo(limit);
            await().untilAsserted(
                            () ->
                                    assertThat(states(cluster))
                                            .singleElement()
                                            .satisfies(
                                                    it ->
                                                            assertThat(it.spentUsd())
                                                                    .isEqualByComparingTo(
                                                                            spent(cluster))));
        }
    }

    @Test
    void limitBelowWhatIsSpentLetsOnlyRunningCallsEnd() {
        try (var cluster =
                        new JobCluster(
                                folder.resolve("broker"),
                                JobCluster.simulated(new Latency.Constant(Duration.ofMillis(20))),
                                "max_in_flight: " + IN_FLIGHT);
                var _ = PipelineServices.router(cluster, folder.resolve("router"));
                var _ = PipelineServices.worker(cluster)) {
            cluster.submit(IntStream.range(0, JOBS).mapToObj(i -> request(cluster, i)).toList());
            cluster.readUntil(() -> cluster.results().size() >= 100);
            BigDecimal each =
                    spent(cluster)
                            .divide(BigDecimal.valueOf(cluster.costs().size()), 9, RoundingMode.UP);

            assertThat(setLimit(cluster, each)).isEqualTo(ExitCode.OK);
            cluster.readToEnd();
            BigDecimal acknowledged = spent(cluster);

            cluster.readUntil(() -> cluster.results().size() >= JOBS);
            cluster.readToEnd();
            assertThat(cluster.results()).hasSize(JOBS);
            assertThat(spent(cluster))
                    .isLessThanOrEqualTo(
                            acknowledged.add(each.multiply(BigDecimal.valueOf(2 * IN_FLIGHT))))
                    .isLessThan(each.multiply(BigDecimal.valueOf(JOBS - 100)));
        }
    }

    private static int setLimit(JobCluster cluster, BigDecimal limit) {
        return Commands.execute(
                "budget",
                "set",
                "--tenant",
                "acme",
                "--limit-usd",
                limit.toPlainString(),
                "--bootstrap-server",
                cluster.bootstrapServers());
    }

    private static ProducerRecord<byte[], byte[]> request(JobCluster cluster, int number) {
        String line =
                """
                {"custom_id":"job-%d","url":"/v1/chat/completions","millrace":{"tenant":"acme","fallback":[]},\
                "body":{"model":"deepseek-flash","messages":[{"role":"user","content":"Say %d"}],"max_tokens":20}}"""
                        .formatted(number, number);
        return new ProducerRecord<>(
                cluster.topics().requests(),
                ("job-" + number).getBytes(UTF_8),
                line.getBytes(UTF_8));
    }

    private static BigDecimal spent(JobCluster cluster) {
        return cluster.costs().stream()
                .map(CostEvent::costUsd)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static Collection<BudgetState> states(JobCluster cluster) {
        var budgets =
                ControlFollower.read(
                                Map.of("bootstrap.servers", cluster.bootstrapServers()),
                                cluster.topics().prefix())
                        .budgets();
        return budgets.states().entrySet().stream()
                .filter(it -> it.getKey() instanceof ControlKey.TenantBudget)
                .map(Map.Entry::getValue)
                .toList();
    }
}
