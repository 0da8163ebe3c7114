package dev.millrace.standalone.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.batch.BatchOrigin;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ParsedLine;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.results.BatchKey;
import dev.millrace.results.ResultLines;
import dev.millrace.results.ResultStore;
import dev.millrace.results.fixture.BatchTotals;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.ops.UsageServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs a batch through a whole pipeline and compares the usage API with the database. */
class PipelineUsageIT {
    private static final int JOBS = 100;
    private static final String BATCH = "b";
    private static final String CONFIG =
            """
            providers:
              simulator: { wire: openai, simulator: { models: { "*": { latency: 5ms } } } }
            models:
              cheap: { provider: simulator, price: { input: 0.1, output: 0.7 } }
            gateway: { listen: "127.0.0.1:0" }
            """;

    @TempDir private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    private String get(UsageServer server, String path) throws Exception {
        HttpResponse<String> response =
                client.send(
                        HttpRequest.newBuilder(URI.create(server.url() + path)).build(),
                        HttpResponse.BodyHandlers.ofString(UTF_8));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private JsonNode json(UsageServer server, String path) throws Exception {
        return new JsonMapper().readTree(get(server, path));
    }

    /** Publishes jobs, one repeated line, which becomes a dead letter, and one failing job. */
    private static void submit(ServedPipeline pipeline) throws Exception {
        String lines =
                IntStream.range(0, JOBS)
                                .mapToObj(it -> line(it, "cheap"))
                                .collect(Collectors.joining())
                        + line(0, "cheap")
                        + line(JOBS, "unknown");
        var settings = new ProducerSettings(pipeline.config().kafka().orElseThrow().properties());
        try (var producer = MillraceProducer.open(settings);
                var reader =
                        new BatchFileReader(
                                new ByteArrayInputStream(lines.getBytes(UTF_8)), 1 << 20)) {
            for (BatchLine line = reader.next(); line != null; line = reader.next()) {
                var _ = producer.send(ParsedLine.of(line), BATCH);
            }
            var _ =
                    producer.send(
                            new BatchManifest(
                                    "default",
                                    BATCH,
                                    "1",
                                    JOBS + 2,
                                    Instant.now(),
                                    "ada@host",
                                    Optional.empty(),
                                    BatchOrigin.UNKNOWN));
            producer.flush();
        }
    }

    private static String line(int number, String model) {
        return """
        {"custom_id":"%d","method":"POST","url":"/v1/chat/completions","body":{"model":"%s","max_tokens":50,"messages":[{"role":"user","content":"Where is parcel %d?"}]}}
        """
                .formatted(number, model, number);
    }

    @Test
    void everyPathAgreesWithTheDatabase() throws Exception {
        try (var pipeline = ServedPipeline.start(folder, CONFIG);
                var store = ResultStore.open(pipeline.jdbcUrl())) {
            UsageServer server = pipeline.server();
            submit(pipeline);
            var key = BatchKey.of(BATCH);
            await().until(
                            () -> {
                                BatchTotals stored = BatchTotals.of(pipeline.jdbcUrl(), key);
                                return stored.results() == JOBS + 1
                                        && stored.deadLetters() == 1
                                        && json(server, "/usage").path("jobs").asLong() == JOBS + 1
                                        && progress(server) == 1;
                            });

            assertBatch(server, BatchTotals.of(pipeline.jdbcUrl(), key));
            assertCosts(server, BatchTotals.of(pipeline.jdbcUrl(), key));
            assertResults(server, store, key);
            assertThat(json(server, "/models").toString()).contains("\"model\":\"cheap\"");
            assertThat(json(server, "/state").path("workers").asLong()).isEqualTo(1);
        }
    }

    @Test
    void unfinishedBatchShowsWhyItsJobsWait() throws Exception {
        try (var pipeline = ServedPipeline.start(folder, CONFIG)) {
            ControlRecord pause =
                    new OperatorCommand(Instant.now(), "ada").record(new ControlKey.PauseAll());
            boolean _ =
                    PipelineClient.of(pipeline.config())
                            .write(
                                    RandomGenerator.getDefault(),
                                    _ -> new Change<>(List.of(pause), true));
            submit(pipeline);

            await().untilAsserted(
                            () ->
                                    assertThat(
                                                    json(pipeline.server(), "/batches/" + BATCH)
                                                            .path("waiting")
                                                            .toString())
                                            .contains("\"reason\":\"pause\""));
        }
    }

    private double progress(UsageServer server) throws Exception {
        return json(server, "/batches/" + BATCH).path("progress").asDouble();
    }

    private void assertBatch(UsageServer server, BatchTotals stored) throws Exception {
        JsonNode listed = json(server, "/batches").path("data").get(0);
        JsonNode batch = json(server, "/batches/" + BATCH);

        assertThat(listed.path("results").asLong()).isEqualTo(stored.results());
        assertThat(batch.path("failed").asLong()).isEqualTo(stored.failed()).isEqualTo(1);
        assertThat(batch.path("dead_letters").asLong()).isEqualTo(stored.deadLetters());
        assertThat(batch.path("lines").asLong()).isEqualTo(stored.results() + stored.deadLetters());
        assertThat(batch.path("latency").path("calls").asLong()).isEqualTo(JOBS);
        assertThat(json(server, "/errors").path("data").toString())
                .isEqualTo(
                        "[{\"code\":\"duplicate\",\"jobs\":0,\"dead_letters\":1},"
                                + "{\"code\":\"unknown_model\",\"jobs\":1,\"dead_letters\":0}]");
        JsonNode letter = json(server, "/dead-letters").path("data").get(0);
        assertThat(letter.path("value").path("text").asString()).contains("\"custom_id\":\"0\"");
    }

    private void assertCosts(UsageServer server, BatchTotals stored) throws Exception {
        assertThat(stored.billedUsd()).isPositive();
        for (String path : new String[] {"/costs?by=tenant", "/costs?by=batch,day"}) {
            assertThat(json(server, path).path("data").get(0).path("cost_usd").decimalValue())
                    .isEqualByComparingTo(stored.billedUsd());
        }
        JsonNode usage = json(server, "/usage");
        assertThat(usage.path("cost_usd").decimalValue()).isEqualByComparingTo(stored.billedUsd());
        assertThat(usage.path("tokens").path("output").asLong())
                .isEqualTo(stored.usage().outputTokens());
        JsonNode arms = json(server, "/costs?by=arm").path("data");
        assertThat(arms.get(arms.size() - 1).path("arm").asString()).isEqualTo("cheap");
        assertThat(arms.get(arms.size() - 1).path("jobs").asLong()).isEqualTo(JOBS);
    }

    private void assertResults(UsageServer server, ResultStore store, BatchKey key)
            throws Exception {
        var exported = new ByteArrayOutputStream();
        ResultLines lines = store.lines(key, OptionalLong.empty(), false);
        for (var next = lines.next(); next != null; next = lines.next()) {
            exported.write(next.value());
            exported.write('\n');
        }

        String all = get(server, "/batches/" + BATCH + "/results");
        assertThat(all).isEqualTo(exported.toString(UTF_8));
        assertThat(get(server, "/batches/" + BATCH + "/results?after=60").lines())
                .containsExactlyElementsOf(all.lines().skip(60).toList());
        String line = all.lines().findFirst().orElseThrow();
        String jobId = new JsonMapper().readTree(line).path("millrace").path("job_id").asString();
        assertThat(get(server, "/results/" + jobId)).isEqualTo(line);
    }
}
