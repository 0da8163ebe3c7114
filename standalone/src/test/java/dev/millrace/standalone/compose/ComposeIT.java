package dev.millrace.standalone.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.e2e.Batch;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Jobs pass through the containers of {@code docker-compose.yml} while containers fail. */
@Tag("containers")
class ComposeIT {
    private static final String BATCH = "jobs.jsonl";
    private static final List<String> MODELS =
            List.of("gpt-4.1", "claude-sonnet-4.5", "deepseek-flash", "qwen-turbo");
    private static final Duration OUTAGE = Duration.ofSeconds(20);

    @TempDir private Path files;

    private void writeFiles(int jobs) throws IOException {
        // Containers run as other users.
        files.toFile().setExecutable(true, false);
        files.toFile().setReadable(true, false);
        Path shipped = ComposeProject.ROOT.resolve("deploy/compose/simulator.yaml");
        Files.writeString(
                files.resolve("millrace.yaml"),
                Files.readString(shipped) + "\nlimits: { requests_per_second: 60 }\n");
        Files.writeString(
                files.resolve("simulator.yaml"),
                "models: { '*': { latency: { min: 500ms, max: 2s } } }\n");
        Files.write(
                files.resolve(BATCH), IntStream.range(0, jobs).mapToObj(ComposeIT::job).toList());
    }

    private static String job(int number) {
        return """
        {"custom_id":"job-%d","method":"POST","url":"/v1/chat/completions","body":{"model":"%s","max_tokens":60,"messages":[{"role":"user","content":"Question %d"}]}}"""
                .formatted(number, MODELS.get(number % MODELS.size()), number);
    }

    private static Path shipped(String file) {
        return ComposeProject.ROOT.resolve(file);
    }

    private static Path changes(String file) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(ComposeIT.class.getResource(file)).toURI());
    }

    /** Starts the services, submits the jobs, and returns the usage API. */
    private static UsageApi submit(ComposeProject project, HttpClient client) {
        project.compose("up", "-d");
        String key =
                project.compose("run", "--rm", "dashboard")
                        .lines()
                        .filter(line -> line.startsWith("mr-"))
                        .map(String::strip)
                        .findFirst()
                        .orElseThrow();
        var api = new UsageApi(client, project.address("gateway", 8080), key);
        await().ignoreExceptions().until(() -> api.statusWithoutKey() == 401);
        project.compose("run", "--rm", "submit", "/jobs/" + BATCH);
        return api;
    }

    private static void awaitResults(UsageApi api, long results) {
        await().pollInterval(Duration.ofSeconds(1)).until(() -> api.results(BATCH) >= results);
    }

    private static Map<String, Bill> costEvents(ComposeProject project) {
        String rows =
                project.compose(
                        "exec",
                        "-T",
                        "postgres",
                        "psql",
                        "-U",
                        "millrace",
                        "-At",
                        "-c",
                        "SELECT kind, COUNT(*), SUM(cost_usd) FROM costs GROUP BY kind");
        Map<String, Bill> events = new HashMap<>();
        rows.lines()
                .map(row -> row.split("\\|"))
                .forEach(
                        row ->
                                events.put(
                                        row[0],
                                        new Bill(Long.parseLong(row[1]), new BigDecimal(row[2]))));
        return events;
    }

    @Test
    void everyJobHasOneResultAndTheBillIsExactAlthoughContainersFail() throws Exception {
        int jobs = 5_000;
        writeFiles(jobs);
        List<Path> composeFiles = List.of(shipped("docker-compose.yml"), changes("override.yml"));
        try (var client = HttpClient.newHttpClient();
                var project = ComposeProject.of(composeFiles, files);
                var _ = project.logsTo(Path.of("target/compose-test.log"))) {
            UsageApi api = submit(project, client);
            awaitResults(api, 300);
            project.compose("up", "-d", "--no-deps", "--scale", "worker=3", "worker");
            awaitResults(api, 1_200);
            project.docker("kill", project.containers("worker").getFirst());
            awaitResults(api, 1_800);
            project.compose("restart", "kafka");
            awaitResults(api, 2_400);
            project.compose("stop", "postgres");
            await().during(OUTAGE)
                    .atMost(OUTAGE.multipliedBy(2))
                    .until(() -> api.batch(BATCH).isEmpty());
            project.compose("start", "postgres");
            assertEnd(project, client, api, jobs);
        }
    }

    @Test
    void everyJobHasOneResultAndTheBillIsExactAlthoughOneOfThreeBrokersIsKilled() throws Exception {
        int jobs = 1_500;
        writeFiles(jobs);
        List<Path> composeFiles =
                List.of(
                        shipped("docker-compose.yml"),
                        shipped("deploy/compose/three-brokers.yml"),
                        changes("override.yml"),
                        changes("override-three-brokers.yml"));
        try (var client = HttpClient.newHttpClient();
                var project = ComposeProject.of(composeFiles, files);
                var _ = project.logsTo(Path.of("target/compose-three-brokers-test.log"))) {
            UsageApi api = submit(project, client);
            awaitResults(api, 300);
            project.docker("kill", project.containers("kafka-2").getFirst());
            awaitResults(api, 900);
            project.compose("start", "kafka-2");
            assertEnd(project, client, api, jobs);
        }
    }

    @Test
    void jobsGetPassagesOfDocumentsAlthoughAServiceIsKilled() throws Exception {
        writeFiles(0);
        Files.write(
                files.resolve(BATCH),
                IntStream.range(0, 100).mapToObj(ComposeIT::question).toList());
        List<Path> composeFiles = List.of(shipped("docker-compose.yml"), changes("override.yml"));
        try (var client = HttpClient.newHttpClient();
                var project = ComposeProject.of(composeFiles, files);
                var _ = project.logsTo(Path.of("target/compose-retrieval-test.log"))) {
            project.activate("retrieval");
            project.compose("up", "-d");
            addDocuments(project);
            UsageApi api = submit(project, client);
            project.compose("up", "-d", "--no-deps", "--scale", "retrieval=2", "retrieval");
            awaitResults(api, 10);
            project.docker("kill", project.containers("retrieval").getFirst());
            awaitResults(api, 100);

            assertThat(api.lines(BATCH))
                    .hasSize(100)
                    .allSatisfy(
                            it ->
                                    assertThat(it.path("millrace").path("retrieval").toString())
                                            .contains("\"document\":\"handbook/returns.md\""));
        }
    }

    private static void addDocuments(ComposeProject project) {
        project.compose(
                "run",
                "--rm",
                "millrace",
                "documents",
                "add",
                "--config",
                "/etc/millrace/millrace.yaml",
                "--collection",
                "handbook",
                "--id",
                "handbook/returns.md",
                "examples/handbook/returns.md");
    }

    private static String question(int number) {
        return """
        {"custom_id":"q-%d","url":"/v1/chat/completions","body":{"model":"%s","messages":[{"role":"user","content":"Until when can I return order %d?"}]},"millrace":{"retrieval":{"collection":"handbook"}}}"""
                .formatted(number, MODELS.getFirst(), number);
    }

    private static void assertEnd(ComposeProject project, HttpClient client, UsageApi api, int jobs)
            throws IOException, InterruptedException {
        awaitResults(api, jobs);
        assertResults(api.lines(BATCH), jobs);
        assertBill(
                api.batch(BATCH).orElseThrow(),
                costEvents(project),
                Bill.ofSimulator(client, project.address("simulator", 8089)));
        // Last: after a restart of Kafka, a gateway waits as the other services do.
        await().ignoreExceptions()
                .untilAsserted(
                        () ->
                                assertThat(client.send(models(project), BodyHandlers.ofString()))
                                        .returns(401, HttpResponse::statusCode));
    }

    /** Without a key, the gateway refuses a request. */
    private static HttpRequest models(ComposeProject project) {
        return HttpRequest.newBuilder(
                        URI.create("http://" + project.address("gateway", 8080) + "/v1/models"))
                .build();
    }

    private static void assertResults(List<JsonNode> results, int jobs) {
        assertThat(Batch.customIds(results))
                .isEqualTo(IntStream.range(0, jobs).mapToObj(number -> "job-" + number).toList());
        assertThat(results).allSatisfy(line -> assertThat(line.path("error").isNull()).isTrue());
    }

    private static void assertBill(JsonNode batch, Map<String, Bill> events, Bill provider) {
        Bill none = new Bill(0, BigDecimal.ZERO);
        Bill billed = events.getOrDefault("billed", none);
        Bill uncertain = events.getOrDefault("uncertain", none);
        assertThat(batch.path("dead_letters").asLong()).isZero();
        assertThat(batch.path("costs").path("cost_usd").decimalValue())
                .isEqualByComparingTo(billed.costUsd());
        assertThat(batch.path("costs").path("uncertain_usd").decimalValue())
                .isEqualByComparingTo(uncertain.costUsd());
        assertThat(provider.calls())
                .as("%s billed, %s uncertain", billed, uncertain)
                .isBetween(billed.calls(), billed.plus(uncertain).calls());
        assertThat(provider.costUsd())
                .as("%s billed, %s uncertain", billed, uncertain)
                .isBetween(billed.costUsd(), billed.plus(uncertain).costUsd());
        assertThat(Stream.of("billed", "uncertain", "none")).containsAll(events.keySet());
    }
}
