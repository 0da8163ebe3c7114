package dev.millrace.gateway.async;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.gateway.fixtures.FakePipeline;
import dev.millrace.gateway.fixtures.GatewayCluster;
import dev.millrace.gateway.fixtures.WatchedServer;
import dev.millrace.gateway.http.BodyMemory;
import dev.millrace.gateway.http.HeldInput;
import dev.millrace.gateway.job.JobClient;
import dev.millrace.gateway.job.JobSettings;
import dev.millrace.gateway.job.JobWaits;
import dev.millrace.gateway.repeat.RepeatedRequests;
import dev.millrace.gateway.store.DiskFileStore;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Real clients, a web server, the embedded broker and a pipeline in miniature. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobRoutesIT {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final int MAX_LINE_BYTES = 4_096;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, byte[]> sink = new ConcurrentHashMap<>();
    private volatile List<Waiting> waits = List.of();
    private final AtomicInteger names = new AtomicInteger();
    private GatewayCluster cluster;
    private RepeatedRequests repeats;
    private JobClient jobs;
    private WebServer server;
    private FakePipeline pipeline;

    @BeforeAll
    void startServer(@TempDir Path directory) {
        cluster = new GatewayCluster(directory.resolve("kafka"));
        repeats =
                new RepeatedRequests(
                        new DiskFileStore(directory.resolve("files")), InstantSource.system());
        jobs =
                JobClient.start(
                        new JobClient.Parts(
                                JobSettings.of(cluster.config(), HeapShare.AMPLE),
                                (_, _, job) -> Optional.ofNullable(sink.get(job)),
                                JobClient.Routing.BY_ROUTER,
                                InstantSource.system(),
                                System::nanoTime,
                                new SplittableRandom()));
        var routes =
                new JobRoutes(
                        jobs,
                        () -> "job_" + names.incrementAndGet(),
                        new JobRoutes.Limits(MAX_LINE_BYTES, 4, LONG),
                        repeats,
                        _ -> waits,
                        System::nanoTime);
        server = WatchedServer.start(routes.routes());
        Awaitility.await().until(() -> jobs.health().ready());
    }

    @AfterAll
    void stopServer() {
        server.stop();
        jobs.close();
        cluster.close();
        http.close();
    }

    @BeforeEach
    void startPipeline() {
        pipeline = new FakePipeline(cluster);
    }

    @AfterEach
    void stopPipeline() {
        pipeline.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.port() + "/v1/" + path));
    }

    private HttpResponse<String> post(String type, String body)
            throws IOException, InterruptedException {
        return http.send(
                request("jobs")
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(request(path).build(), BodyHandlers.ofString());
    }

    private static String line(String more) {
        return "{" + more + "\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"gpt-4.1\"}}";
    }

    @Test
    void submittedJobIsInKafkaWithTheCallersTenantAndBatch() throws Exception {
        var response = post("application/json", " " + line("\"custom_id\":\"mine\",") + "\n");

        assertThat(response.statusCode()).isEqualTo(202);
        JsonNode job = JSON.readTree(response.body());
        assertThat(job.path("id").stringValue())
                .isEqualTo(JobId.of("default", "gateway", "mine").value());
        assertThat(job.path("status").stringValue()).isEqualTo("accepted");
        Awaitility.await().until(() -> pipeline.received().size() == 1);
        var options = pipeline.received().getFirst().line().options();
        assertThat(options.tenant()).isEqualTo("default");
        assertThat(options.batch()).isEqualTo("gateway");
    }

    @Test
    void linesAreAnsweredOneByOne() throws Exception {
        String lines =
                String.join(
                        "\n",
                        line(""),
                        "not json",
                        line("\"custom_id\":\"b\",\"millrace\":{\"tenant\":\"globex\"},"),
                        line("\"x\":\"" + "x".repeat(MAX_LINE_BYTES) + "\","));

        var response = post("application/jsonl", lines);

        List<JsonNode> answers = response.body().lines().map(JSON::readTree).toList();
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(answers).hasSize(4);
        assertThat(answers.get(0).path("custom_id").stringValue()).startsWith("job_");
        assertThat(code(answers.get(1))).isEqualTo("invalid_json");
        assertThat(answers.get(2).path("error").path("param").stringValue())
                .isEqualTo("millrace.tenant");
        assertThat(code(answers.get(3))).isEqualTo("request_too_large");
        assertThat(answers.get(3).path("line").intValue()).isEqualTo(4);
        Awaitility.await().until(() -> pipeline.received().size() == 1);
    }

    @Test
    void requestWithoutAnAcceptedLineIsABadRequestWithTheErrorOfEachLine() throws Exception {
        var response = post("application/jsonl", "not json\n{\"url\":\"/v1/x\"}\n");

        JsonNode error = JSON.readTree(response.body()).path("error");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error.path("type").stringValue()).isEqualTo("invalid_request_error");
        assertThat(error.path("message").stringValue()).startsWith("no line was accepted");
        assertThat(error.path("lines")).hasSize(2);
        assertThat(code(error.path("lines").get(0))).isEqualTo("invalid_json");
        assertThat(error.path("lines").get(1).path("line").intValue()).isEqualTo(2);
        assertThat(pipeline.received()).isEmpty();
    }

    private static String code(JsonNode answer) {
        return Objects.requireNonNull(answer.path("error").path("code").stringValue());
    }

    @Test
    void linesBeyondTheLimitAreNotSubmitted() throws Exception {
        String lines = (line("") + "\n").repeat(6);

        List<JsonNode> answers =
                post("application/x-ndjson", lines).body().lines().map(JSON::readTree).toList();

        assertThat(answers).hasSize(5);
        assertThat(code(answers.getLast())).isEqualTo("too_many_lines");
        Awaitility.await().until(() -> pipeline.received().size() == 4);
    }

    /** A short line costs little, and its answer waits in memory for a slow reader. */
    @Test
    void linesWhoseAnswersNeedMoreMemoryThanThereIsAreNotSubmitted() throws Exception {
        var memory = new BodyMemory(HeldInput.READ_AHEAD_BYTES + 2 * JobSubmission.LINE_BYTES);
        var routes =
                new JobRoutes(
                        jobs,
                        () -> "unused",
                        new JobRoutes.Limits(MAX_LINE_BYTES, 1_000, LONG),
                        repeats,
                        JobWaits.NONE,
                        System::nanoTime);
        WebServer small = WatchedServer.start(routes.routes(), memory);
        try {
            var request =
                    HttpRequest.newBuilder(
                                    URI.create("http://127.0.0.1:" + small.port() + "/v1/jobs"))
                            .header("Content-Type", "application/jsonl")
                            .POST(HttpRequest.BodyPublishers.ofString("no JSON\n".repeat(100)))
                            .build();

            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());

            JsonNode lines = JSON.readTree(response.body()).path("error").path("lines");
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(lines).hasSize(3);
            assertThat(code(lines.get(1))).isEqualTo("invalid_json");
            assertThat(code(lines.get(2))).isEqualTo("overloaded");
            Awaitility.await().until(() -> memory.held() == 0);
        } finally {
            small.stop();
        }
    }

    /** Many clients could otherwise fill the heap with lines that never end. */
    @Test
    void lineHoldsMemoryWhileItArrivesAndNoneAfterwards() throws Exception {
        int longLine = 3 << 20;
        var memory = new BodyMemory(4L << 20);
        var routes =
                new JobRoutes(
                        jobs,
                        () -> "unused",
                        new JobRoutes.Limits(4 << 20, 1_000, LONG),
                        repeats,
                        JobWaits.NONE,
                        System::nanoTime);
        WebServer small = WatchedServer.start(routes.routes(), memory);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), small.port())) {
            var out = socket.getOutputStream();
            out.write(
                    ("POST /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                                    + "Connection: close\r\n"
                                    + "Content-Type: application/jsonl\r\nContent-Length: "
                                    + (3 * (longLine + 1))
                                    + "\r\n\r\n")
                            .getBytes(UTF_8));
            byte[] line = "x".repeat(longLine).getBytes(UTF_8);
            out.write(line);
            out.flush();
            Awaitility.await().until(() -> memory.held() > longLine / 2);
            for (int i = 0; i < 2; i++) {
                out.write('\n');
                out.write(line);
            }
            out.write('\n');
            out.flush();

            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(answer.split("\"code\":\"invalid_json\"", -1)).hasSize(4);
            Awaitility.await().until(() -> memory.held() == 0);
        } finally {
            small.stop();
        }
    }

    @Test
    void linesBeforeABrokenEndAreAnswered() throws Exception {
        String line = line("\"custom_id\":\"whole\",") + "\n";
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write(
                            ("POST /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                                            + "Content-Type: application/jsonl\r\n"
                                            + "Transfer-Encoding: chunked\r\n\r\n"
                                            + Integer.toHexString(line.length())
                                            + "\r\n"
                                            + line
                                            + "\r\nnonsense\r\n")
                                    .getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);

            assertThat(answer)
                    .startsWith("HTTP/1.1 200")
                    .contains("\"line\":1,\"id\":")
                    .contains("\"line\":2,\"error\":{\"code\":\"incomplete_body\"");
        }
    }

    @Test
    void invalidJobIsRefused() throws Exception {
        assertThat(post("application/json", "[]").statusCode()).isEqualTo(400);
        assertThat(post("application/json", "").statusCode()).isEqualTo(400);
        assertThat(post("application/json", "{\"url\":\"/v1/x\"}").body()).contains("url");
        assertThat(post("application/jsonl", "\n\n").statusCode()).isEqualTo(400);
    }

    private HttpResponse<String> repeat(String type, String body, String key) throws Exception {
        return http.send(
                request("jobs")
                        .header("Content-Type", type)
                        .header("Idempotency-Key", key)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void repeatedJobRunsOnce() throws Exception {
        HttpResponse<String> first = repeat("application/json", line(""), "one");
        HttpResponse<String> second = repeat("application/json", line(""), "one");
        HttpResponse<String> other = repeat("application/json", line("") + " ", "one");

        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(second.statusCode()).isEqualTo(202);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(other.body()).contains("idempotency_error");
        // A later job shows that no repeat is still on its way.
        String last = id(post("application/json", line("")));
        Awaitility.await()
                .untilAsserted(
                        () ->
                                assertThat(pipeline.received())
                                        .extracting(it -> it.id().value())
                                        .contains(last));
        assertThat(pipeline.received())
                .extracting(it -> it.id().value())
                .containsOnlyOnce(id(first));
    }

    @Test
    void repeatedLinesAreAnsweredAlike() throws Exception {
        String lines = line("") + "\n[]\n" + line("") + "\n";

        HttpResponse<String> first = repeat("application/jsonl", lines, "lines");
        HttpResponse<String> second = repeat("application/jsonl", lines, "lines");

        assertThat(first.body().lines()).hasSize(3);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(repeat("application/jsonl", line("") + "\n", "lines").statusCode())
                .isEqualTo(422);
    }

    @Test
    void jobIsPendingUntilItsResultIsStored() throws Exception {
        String id = id(post("application/json", line("")));

        assertThat(get("jobs/" + id).body()).contains("\"status\":\"pending\",\"result\":null");
        Awaitility.await().until(() -> pipeline.received().size() == 1);
        sink.put(
                id,
                FakePipeline.result(
                        pipeline.received().getFirst(), FakePipeline.answered(200, "{\"a\":1.0}")));

        assertThat(get("jobs/" + id).body())
                .startsWith("{\"id\":\"" + id + "\",\"object\":\"job\",\"status\":\"completed\"")
                .contains("\"body\":{\"a\":1.0}");
    }

    private static String id(HttpResponse<String> response) {
        return Objects.requireNonNull(JSON.readTree(response.body()).path("id").stringValue());
    }

    @Test
    void jobOfAnotherTenantLooksLikeOneThatWasNeverSubmitted() throws Exception {
        String foreign = foreignJob();
        String unknown = JobId.of("default", "gateway", "never-submitted").value();

        var answer = get("jobs/" + foreign);

        assertThat(answer.body())
                .isEqualTo(get("jobs/" + unknown).body().replace(unknown, foreign));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(get("jobs/nonsense").statusCode()).isEqualTo(404);
    }

    @Test
    void eventsDoNotTellThatAJobOfAnotherTenantHasEnded() throws Exception {
        String foreign = foreignJob();
        var clock = new AtomicLong();
        var routes =
                new JobRoutes(
                        jobs,
                        () -> "unused",
                        new JobRoutes.Limits(MAX_LINE_BYTES, 4, LONG),
                        repeats,
                        JobWaits.NONE,
                        // Each comment is due at once.
                        () -> clock.addAndGet(Duration.ofSeconds(20).toNanos()));
        WebServer impatient = WatchedServer.start(routes.routes());
        try {
            var path = "http://127.0.0.1:" + impatient.port() + "/v1/jobs/" + foreign + "/events";
            var events =
                    http.send(
                            HttpRequest.newBuilder(URI.create(path)).build(),
                            BodyHandlers.ofString());

            assertThat(events.body()).matches("(: waiting\n\n)+");
        } finally {
            impatient.stop();
        }
    }

    /** Returns the id of a job that has ended, and belongs to another tenant. */
    private String foreignJob() throws Exception {
        String id = id(post("application/json", line("")));
        Awaitility.await().until(() -> pipeline.received().size() == 1);
        String result =
                new String(
                        FakePipeline.result(
                                pipeline.received().getFirst(), FakePipeline.answered(200, "{}")),
                        UTF_8);
        sink.put(id, result.replace("\"default\"", "\"globex\"").getBytes(UTF_8));
        return id;
    }

    @Test
    void streamOfEventsTellsWhyTheJobWaits() throws Exception {
        waits =
                List.of(
                        new Waiting(
                                "gpt-4.1",
                                Optional.empty(),
                                WaitingReason.FOUND_LIMIT,
                                "12 calls a minute",
                                Optional.empty(),
                                0));
        pipeline.hold();
        String id = id(post("application/json", line("")));
        try {
            var events =
                    http.sendAsync(
                            request("jobs/" + id + "/events").build(), BodyHandlers.ofLines());
            var lines = events.join().body().iterator();

            assertThat(lines.next()).isEqualTo("event: waiting");
            assertThat(lines.next())
                    .isEqualTo(
                            "data: {\"waiting\":[{\"model\":\"gpt-4.1\",\"reason\":\"found_limit\","
                                    + "\"value\":\"12 calls a minute\"}]}");
            pipeline.release();
            Awaitility.await().until(() -> "event: ended".equals(lines.next()));
        } finally {
            waits = List.of();
        }
    }

    @Test
    void streamOfEventsTellsTheEnd() throws Exception {
        pipeline.hold();
        String id = id(post("application/json", line("")));
        var events =
                http.sendAsync(request("jobs/" + id + "/events").build(), BodyHandlers.ofLines());
        var lines = events.join().body().iterator();
        assertThat(lines.next()).isEqualTo(": waiting");
        pipeline.release();

        Awaitility.await().until(() -> "event: ended".equals(lines.next()));
        assertThat(lines.next())
                .startsWith("data: {\"id\":\"" + id + "\"")
                .contains("\"status\":\"completed\"");
        while (lines.hasNext()) {
            assertThat(lines.next()).isEmpty();
        }
        Awaitility.await().until(() -> jobs.pendingJobs() == 0);
    }
}
