package dev.millrace.testkit.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.BatchOutcomes;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the joint contract of router, worker and sink on Kafka and PostgreSQL as they are deployed.
 * Their settings differ from the settings of the embedded broker and the local server in other
 * tests.
 */
@Tag("containers")
class ServiceContractIT {
    private static final int JOBS = 300;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static @Nullable OfficialImages images;

    @TempDir private Path folder;

    @BeforeAll
    static void startImages() {
        images = OfficialImages.startOrSkip();
    }

    @AfterAll
    static void closeImages() {
        if (images != null) {
            images.close();
        }
    }

    private static OfficialImages images() {
        return Objects.requireNonNull(images);
    }

    private static String lines(int count) {
        return IntStream.range(0, count)
                .mapToObj(
                        i ->
                                """
                                {"custom_id":"job-%d","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4.1","messages":[{"role":"user","content":"Say %d"}],"max_tokens":20}}
                                """
                                        .formatted(i, i))
                .collect(Collectors.joining());
    }

    private static void assertStored(ServiceCluster cluster, BatchOutcomes outcomes)
            throws SQLException {
        await().untilAsserted(
                        () -> {
                            assertThat(cluster.rows("results"))
                                    .isEqualTo(outcomes.results().size());
                            assertThat(cluster.rows("dead_letters"))
                                    .isEqualTo(outcomes.deadLetters().size());
                            assertThat(cluster.finalCosts()).isEqualTo(outcomes.results().size());
                        });
        BigDecimal billed =
                outcomes.results().stream()
                        .map(it -> it.view().costUsd())
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(cluster.billedUsd()).isEqualByComparingTo(billed);
    }

    @Test
    void everyLineEndsOnceAndIsStoredOnce() throws Exception {
        try (var cluster = new ServiceCluster(images(), "once", folder);
                var _ = cluster.startServices()) {
            int lines = cluster.batches().submit("b", lines(JOBS) + lines(1) + "not JSON\n");

            BatchOutcomes outcomes = cluster.batches().awaitOutcomes("b", lines, PATIENCE);

            assertThat(outcomes.results()).hasSize(JOBS);
            assertThat(outcomes.deadLetters()).hasSize(2);
            assertThat(cluster.simulator().ledger().summary().billed()).isEqualTo(JOBS);
            assertStored(cluster, outcomes);
        }
    }

    @Test
    void aStoppedWorkerHandsItsJobsOverAndNoCallIsRepeated() throws Exception {
        try (var cluster = new ServiceCluster(images(), "handover", folder);
                var _ = cluster.startRouterAndSink()) {
            try (var _ = cluster.startWorker()) {
                cluster.batches().submit("b", lines(JOBS));
                await().until(() -> cluster.simulator().ledger().summary().calls() > JOBS / 10);
            }
            try (var _ = cluster.startWorker()) {
                BatchOutcomes outcomes = cluster.batches().awaitOutcomes("b", JOBS, PATIENCE);

                assertThat(outcomes.results()).hasSize(JOBS);
                assertThat(cluster.simulator().ledger().summary().billed()).isEqualTo(JOBS);
                assertStored(cluster, outcomes);
            }
        }
    }

    @Test
    void anInterruptionOfKafkaAndOfTheDatabaseLosesNothing() throws Exception {
        try (var cluster = new ServiceCluster(images(), "frozen", folder);
                var _ = cluster.startServices()) {
            cluster.batches().submit("b", lines(JOBS));
            try (var _ = images().freezePostgres();
                    var _ = images().freezeKafka()) {
                // Long enough that requests to both run into it, while calls in flight end.
                long calls = cluster.simulator().ledger().summary().calls();
                await().during(Duration.ofSeconds(5))
                        .until(() -> cluster.simulator().ledger().summary().calls() >= calls);
            }
            BatchOutcomes outcomes = cluster.batches().awaitOutcomes("b", JOBS, PATIENCE);

            assertThat(outcomes.results()).hasSize(JOBS);
            assertThat(cluster.simulator().ledger().summary().billed()).isEqualTo(JOBS);
            assertStored(cluster, outcomes);
        }
    }
}
