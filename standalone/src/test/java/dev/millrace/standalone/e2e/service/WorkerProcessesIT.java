package dev.millrace.standalone.e2e.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.simulator.calllog.LoggedCall;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.standalone.e2e.Launcher;
import dev.millrace.standalone.e2e.Running;
import dev.millrace.testclusters.JobCluster;
import dev.millrace.worker.capacity.SlotBounds;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that start, stop and are killed while a large batch runs. */
class WorkerProcessesIT {
    private static final String MODEL = "deepseek-flash";
    private static final int JOBS = 20_000;
    private static final int MAX_IN_FLIGHT = 100;

    /** Maximum number of calls that a killed worker repeats; it serves one model. */
    private static final int MAX_REPEATED = new SlotBounds(MAX_IN_FLIGHT, 1).hardBound();

    private static final int KILLED = 2;
    private static final String GROUP = "millrace.worker";

    @TempDir private Path folder;

    private final List<Running> running = new ArrayList<>();

    private Running start(JobCluster cluster, String instance) throws IOException {
        Path home = Files.createDirectories(folder.resolve(instance));
        Files.writeString(
                home.resolve("millrace.yaml"),
                """
                kafka: { bootstrap.servers: "%s" }
                topics: { partitions: 4, replication_factor: 1 }
                providers:
                  counted: { wire: openai, base_url: %s/v1 }
                models:
                  %s: { provider: counted }
                worker:
                  instance: %s
                  models: [ %s ]
                  max_in_flight: %d
                """
                        .formatted(
                                cluster.bootstrapServers(),
                                cluster.simulator().baseUri(),
                                MODEL,
                                instance,
                                MODEL,
                                MAX_IN_FLIGHT));
        Running worker =
                new Launcher(home)
                        .start("worker", "--config", "millrace.yaml", "--metrics", "127.0.0.1:0");
        running.add(worker);
        return worker;
    }

    @Test
    void eachJobHasOneResultAndOnlyCallsInFlightOfKilledWorkersAreRepeated() throws Exception {
        var latency = new Latency.Uniform(Duration.ZERO, Duration.ofMillis(400));
        try (var cluster =
                new JobCluster(folder.resolve("broker"), JobCluster.simulated(latency), "")) {
            List<JobId> jobs = new ArrayList<>(cluster.submit(MODEL, JOBS / 2));
            start(cluster, "a");
            await(cluster, JOBS / 20);
            Running b = start(cluster, "b");
            Running c = start(cluster, "c");
            Running d = start(cluster, "d");
            await(cluster, JOBS / 4);
            awaitEveryWorkerHasJobs(cluster);
            // The first half may have ended while the processes started.
            jobs.addAll(submitRest(cluster));
            awaitCallsInFlight(b);
            awaitCallsInFlight(c);
            b.kill();
            c.kill();
            await(cluster, JOBS / 2);
            start(cluster, "b");
            Running again = start(cluster, "c");
            again.awaitOutput("running ");
            await(cluster, JOBS * 2 / 3);
            d.terminate();
            again.terminate();
            d.await().exitsWith(0);
            again.await().exitsWith(0);
            await(cluster, JOBS);
            cluster.readToEnd();

            assertEachJobHasOneResult(cluster, jobs);
            assertOnlyCallsOfKilledWorkersAreRepeated(cluster);
            assertBilledCallsMatchCostEvents(cluster);
        } finally {
            running.forEach(Running::kill);
        }
    }

    private static List<JobId> submitRest(JobCluster cluster) {
        List<Integer> rest = IntStream.range(JOBS / 2, JOBS).boxed().toList();
        cluster.submit(rest.stream().map(it -> cluster.job(MODEL, it)).toList());
        return rest.stream().map(it -> JobId.of("default", "default", "job-" + it)).toList();
    }

    private void await(JobCluster cluster, int results) {
        assertThat(cluster.readUntil(() -> cluster.results().size() >= results))
                .as(() -> cluster.results().size() + " of " + results + " results; " + output())
                .isTrue();
    }

    /**
     * Waits until every worker has partitions of the normal lane. The bulk lane is empty here, so a
     * worker with bulk partitions only would be idle.
     */
    private void awaitEveryWorkerHasJobs(JobCluster cluster) {
        try (Admin admin = cluster.admin()) {
            assertThat(cluster.readUntil(() -> workersWithJobs(admin) == running.size()))
                    .as(this::output)
                    .isTrue();
        }
    }

    /** Waits until a worker has calls in flight, which are repeated after it is killed. */
    private static void awaitCallsInFlight(Running worker) {
        var address =
                worker.out()
                        .lines()
                        .filter(it -> it.startsWith("metrics"))
                        .map(it -> URI.create(it.substring(it.indexOf("http"))))
                        .findFirst()
                        .orElseThrow();
        Awaitility.await().until(() -> callsInFlight(address) >= MAX_IN_FLIGHT / 2);
    }

    private static double callsInFlight(URI metrics) throws IOException {
        try (var page = metrics.toURL().openStream()) {
            return new String(page.readAllBytes(), UTF_8)
                    .lines()
                    .filter(it -> it.startsWith("millrace_worker_calls_in_flight"))
                    .mapToDouble(it -> Double.parseDouble(it.substring(it.lastIndexOf(' '))))
                    .sum();
        }
    }

    /** Returns the number of workers that have a partition of the normal lane. */
    static long workersWithJobs(Admin admin) {
        var groups = admin.describeConsumerGroups(List.of(GROUP)).all();
        return groups.toCompletionStage().toCompletableFuture().join().values().stream()
                .flatMap(group -> group.members().stream())
                .filter(
                        it ->
                                it.assignment().topicPartitions().stream()
                                        .anyMatch(part -> part.topic().endsWith(".normal")))
                .count();
    }

    private String output() {
        return running.stream()
                .map(it -> "alive: " + it.isAlive() + "\n" + it.out() + it.err())
                .collect(Collectors.joining("\n"));
    }

    private static void assertEachJobHasOneResult(JobCluster cluster, List<JobId> jobs) {
        assertThat(cluster.deadLetters()).isEmpty();
        assertThat(cluster.results().stream().map(ResultView::jobId).sorted().toList())
                .isEqualTo(jobs.stream().map(JobId::value).sorted().toList());
        assertThat(cluster.results()).allMatch(result -> result.errorCode() == null);
        assertThat(
                        cluster.costs().stream()
                                .filter(CostEvent::isFinal)
                                .map(cost -> cost.jobId().value())
                                .sorted()
                                .toList())
                .isEqualTo(jobs.stream().map(JobId::value).sorted().toList());
    }

    private static void assertOnlyCallsOfKilledWorkersAreRepeated(JobCluster cluster) {
        Map<String, Long> calls = callsByJob(cluster);
        Map<String, Long> uncertain = eventsByJob(cluster, CostKind.UNCERTAIN);
        assertThat(calls).hasSize(JOBS);
        assertThat(calls.values().stream().mapToLong(count -> count - 1).sum())
                .as("repeated calls")
                .isBetween(1L, (long) KILLED * MAX_REPEATED);
        assertThat(calls)
                .allSatisfy(
                        (job, count) ->
                                assertThat(count - 1)
                                        .as(job)
                                        .isLessThanOrEqualTo(uncertain.getOrDefault(job, 0L)));
        assertThat(uncertain.values().stream().mapToLong(Long::longValue).sum())
                .as("attempts with an unknown outcome")
                .isLessThanOrEqualTo((long) KILLED * MAX_REPEATED);
    }

    private static void assertBilledCallsMatchCostEvents(JobCluster cluster) {
        Map<String, Long> billedCalls =
                cluster.simulator().ledger().entries().stream()
                        .filter(LoggedCall::billed)
                        .collect(
                                Collectors.groupingBy(
                                        WorkerProcessesIT::job, Collectors.counting()));
        Map<String, Long> billed = eventsByJob(cluster, CostKind.BILLED);
        Map<String, Long> uncertain = eventsByJob(cluster, CostKind.UNCERTAIN);
        assertThat(billedCalls)
                .allSatisfy(
                        (job, calls) ->
                                assertThat(calls)
                                        .as(job)
                                        .isBetween(
                                                billed.getOrDefault(job, 0L),
                                                billed.getOrDefault(job, 0L)
                                                        + uncertain.getOrDefault(job, 0L)));
        assertThat(cluster.costs().stream().map(CostEvent::eventId)).doesNotHaveDuplicates();
    }

    private static Map<String, Long> callsByJob(JobCluster cluster) {
        return cluster.simulator().ledger().entries().stream()
                .collect(Collectors.groupingBy(WorkerProcessesIT::job, Collectors.counting()));
    }

    private static String job(LoggedCall call) {
        return String.valueOf(call.caller().idempotencyKey());
    }

    private static Map<String, Long> eventsByJob(JobCluster cluster, CostKind kind) {
        return cluster.costs().stream()
                .filter(cost -> cost.kind() == kind)
                .map(cost -> cost.jobId().value())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }
}
