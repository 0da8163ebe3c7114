package dev.millrace.standalone.e2e.service;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.standalone.e2e.Launcher;
import dev.millrace.standalone.e2e.Running;
import dev.millrace.testclusters.JobCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services that run side by side in one folder, started with {@code --config} only. */
@Tag("long")
class ServicesInOneFolderIT {
    private static final String MODEL = "deepseek-flash";
    private static final int JOBS = 6_000;
    private static final int MAX_IN_FLIGHT = 50;

    @TempDir private Path folder;

    private final List<Running> running = new ArrayList<>();

    @AfterEach
    void killAll() {
        running.forEach(Running::kill);
    }

    @Test
    void servicesRunUndisturbedAndKilledWorkerLosesOrDuplicatesNoJob() throws Exception {
        var latency = new Latency.Uniform(Duration.ZERO, Duration.ofMillis(400));
        try (var cluster =
                new JobCluster(folder.resolve("broker"), JobCluster.simulated(latency), "")) {
            configure(cluster);
            start("router");
            start("router");
            start("sink");
            Running victim = start("worker");
            start("worker");
            start("worker");
            running.forEach(it -> it.awaitOutput("running "));
            submit();
            awaitResults(cluster, JOBS / 8);
            awaitEveryWorkerHasJobs(cluster);
            victim.kill();
            awaitResults(cluster, JOBS);
            cluster.readToEnd();

            assertEachJobHasOneResult(cluster);
            assertThat(repeatedCalls(cluster)).isLessThanOrEqualTo(MAX_IN_FLIGHT);
            await().until(() -> storedResults() == JOBS);
            assertThat(running.stream().map(it -> line(it, "metrics"))).doesNotHaveDuplicates();
            running.remove(victim);
            assertThat(running).allSatisfy(ServicesInOneFolderIT::assertUndisturbed);
            running.forEach(Running::terminate);
            running.forEach(it -> it.await().exitsWith(0));
        }
    }

    private void configure(JobCluster cluster) throws IOException {
        Files.writeString(
                folder.resolve("millrace.yaml"),
                """
                kafka: { bootstrap.servers: "%s" }
                topics: { partitions: 4, replication_factor: 1 }
                providers:
                  counted: { wire: openai, base_url: %s/v1 }
                models:
                  %s: { provider: counted }
                worker:
                  models: [ %s ]
                  max_in_flight: %d
                """
                        .formatted(
                                cluster.bootstrapServers(),
                                cluster.simulator().baseUri(),
                                MODEL,
                                MODEL,
                                MAX_IN_FLIGHT));
    }

    private Running start(String service) {
        Running started = new Launcher(folder).start(service, "--config", "millrace.yaml");
        running.add(started);
        return started;
    }

    private void submit() throws IOException {
        String lines =
                IntStream.range(0, JOBS)
                        .mapToObj(
                                """
                                {"custom_id":"job-%d","method":"POST","url":"/v1/chat/completions",\
                                "body":{"model":"deepseek-flash","messages":[{"role":"user","content":"Hi"}]}}\
                                """
                                        ::formatted)
                        .collect(Collectors.joining("\n"));
        Files.writeString(folder.resolve("jobs.jsonl"), lines);
        new Launcher(folder)
                .start("submit", "--config", "millrace.yaml", "jobs.jsonl")
                .await()
                .exitsWith(0);
    }

    private static String line(Running service, String name) {
        return service.out().lines().filter(it -> it.startsWith(name)).findFirst().orElse("");
    }

    private void awaitResults(JobCluster cluster, int results) {
        assertThat(cluster.readUntil(() -> cluster.results().size() >= results))
                .as(() -> cluster.results().size() + " of " + results + " results; " + output())
                .isTrue();
    }

    private void awaitEveryWorkerHasJobs(JobCluster cluster) {
        try (Admin admin = cluster.admin()) {
            assertThat(cluster.readUntil(() -> WorkerProcessesIT.workersWithJobs(admin) == 3))
                    .as(this::output)
                    .isTrue();
        }
    }

    private String output() {
        return running.stream()
                .map(it -> "alive: " + it.isAlive() + "\n" + it.out() + it.err())
                .collect(Collectors.joining("\n"));
    }

    private static void assertEachJobHasOneResult(JobCluster cluster) {
        assertThat(cluster.deadLetters()).isEmpty();
        assertThat(cluster.results()).allMatch(result -> result.errorCode() == null);
        assertThat(cluster.results().stream().map(ResultView::jobId))
                .hasSize(JOBS)
                .doesNotHaveDuplicates();
        assertThat(cluster.costs().stream().filter(CostEvent::isFinal).map(CostEvent::jobId))
                .hasSize(JOBS)
                .doesNotHaveDuplicates();
    }

    private static long repeatedCalls(JobCluster cluster) {
        return cluster.simulator().ledger().entries().stream()
                .collect(groupingBy(it -> it.caller().idempotencyKey(), counting()))
                .values()
                .stream()
                .mapToLong(calls -> calls - 1)
                .sum();
    }

    private long storedResults() throws SQLException {
        Path file = folder.resolve(".millrace-sink").resolve("millrace.db");
        try (var database = DriverManager.getConnection("jdbc:sqlite:" + file);
                var rows =
                        database.createStatement().executeQuery("SELECT COUNT(*) FROM results")) {
            return rows.getLong(1);
        }
    }

    private static void assertUndisturbed(Running service) {
        assertThat(service.isAlive()).as(service::err).isTrue();
        assertThat(service.err()).doesNotContainIgnoringCase("fence").doesNotContain("rebuilt");
    }
}
