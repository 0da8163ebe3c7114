package dev.millrace.standalone.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.ListenAddress;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.StoreLocation;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.standalone.ops.BindAddress;
import dev.millrace.standalone.ops.GatewayServer;
import dev.millrace.standalone.usage.PipelineUsage;
import dev.millrace.standalone.usage.ServedPipeline;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tests that the calls and the batch of one tenant succeed while another tenant does everything
 * that it is allowed to do, at maximum load. Writes the slowdown to {@code noisy-tenant.txt} in the
 * build folder.
 */
@Tag("long")
class NoisyTenantIT {
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Few calls, because other tests can run at the same time; exact figures need more calls, on an
     * idle machine.
     */
    private static final int CALLS = Integer.getInteger("millrace.noisy.calls", 30);

    /** Batches of one line that the noisy tenant has submitted before anything is measured. */
    private static final int BACKLOG = Integer.getInteger("millrace.noisy.batches", 200);

    private static final Path REPORT =
            Path.of(System.getProperty("millrace.build", "target"), "noisy-tenant.txt");

    private static final int LINES = 20;

    private static final String CONFIG =
            GatewayProcess.MODELS.replace(
                            "\"127.0.0.1:0\" }", "\"127.0.0.1:0\", files: { max_bytes: 5MiB } }")
                    + """
                      request_topics: { millrace.requests: {}, noisy.requests: { tenant: noisy } }
                      topics: { partitions: 4 }
                      """;

    @TempDir private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * Latencies of calls in ascending order, and of a batch from its submission to its end, in
     * milliseconds.
     */
    private record Latencies(List<Double> calls, double batch) {
        double percentile(double share) {
            return calls.get((int) Math.ceil(share * calls.size()) - 1);
        }

        @Override
        public String toString() {
            return "calls P50 %.0f ms, P99 %.0f ms; batch %.0f ms"
                    .formatted(percentile(0.5), percentile(0.99), batch);
        }
    }

    @AfterEach
    void close() {
        executor.shutdownNow();
        http.shutdownNow();
    }

    @Test
    void callsAndBatchesOfOthersSucceedBesideANoisyTenant() throws Exception {
        try (var pipeline = ServedPipeline.start(folder, CONFIG);
                GatewayServer gateway = gateway(pipeline)) {
            String quiet = key(pipeline, "quiet");
            String noisy = key(pipeline, "noisy");
            String broken = key(pipeline, "broken");
            URI url = URI.create(gateway.url());
            await().until(() -> call(url, "none", 0).statusCode() == 401);
            // Warms up, so that both measurements run compiled code.
            try (var _ = noise(url, noisy, broken, pipeline)) {
                measure(url, quiet, CALLS);
            }
            // Works off the backlog that the noise has left.
            measure(url, quiet, CALLS);
            Latencies alone = measure(url, quiet, CALLS);
            try (var noise = noise(url, noisy, broken, pipeline)) {
                await().until(() -> noise.isComplete() && noise.submitted() >= BACKLOG);

                Latencies beside = measure(url, quiet, CALLS);

                Files.writeString(
                        REPORT,
                        """
                        alone: %s
                        beside the noise: %s
                        ratio: calls P50 %.2f, P99 %.2f; batch %.2f
                        noise: %s
                        answers: %s
                        """
                                .formatted(
                                        alone,
                                        beside,
                                        beside.percentile(0.5) / alone.percentile(0.5),
                                        beside.percentile(0.99) / alone.percentile(0.99),
                                        beside.batch() / alone.batch(),
                                        noise.counts(),
                                        noise.statuses()));
            }
        }
    }

    private static NoisyTenant noise(
            URI url, String key, String keyOfBrokenTopic, ServedPipeline pipeline) {
        return new NoisyTenant(url, key, keyOfBrokenTopic, servers(pipeline), "noisy.requests");
    }

    /** Starts a gateway whose configuration includes a missing request topic. */
    private GatewayServer gateway(ServedPipeline pipeline) throws IOException {
        Path yaml =
                Files.writeString(
                        folder.resolve("gateway.yaml"),
                        "kafka: { bootstrap.servers: \"%s\" }\n".formatted(servers(pipeline))
                                + CONFIG.replace(
                                        "noisy.requests:",
                                        "broken.requests: { tenant: broken }, noisy.requests:"));
        MillraceConfig config = new ConfigLoader(Map.of()).load(yaml);
        return GatewayServer.start(
                BindAddress.configured(new ListenAddress("127.0.0.1", 0), "the test"),
                new GatewaySettings(
                        config,
                        pipeline.usage(),
                        new StoreLocation.Folder(folder.resolve("files")),
                        new SimpleMeterRegistry(),
                        InstantSource.system(),
                        System::nanoTime,
                        new SecureRandom(),
                        PipelineUsage.forecasts(config),
                        HeapShare.AMPLE));
    }

    private static String servers(ServedPipeline pipeline) {
        return pipeline.config().kafka().orElseThrow().bootstrapServers();
    }

    private static String key(ServedPipeline pipeline, String tenant) {
        ServedPipeline.Ended created =
                pipeline.run("keys", "create", "--name", tenant, "--tenant", tenant);
        assertThat(created.code()).as(created.err()).isZero();
        return created.out().strip();
    }

    private HttpResponse<String> send(
            URI url, String key, String path, String type, BodyPublisher body)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(url + path))
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", type)
                        .POST(body)
                        .build(),
                BodyHandlers.ofString(UTF_8));
    }

    private HttpResponse<String> call(URI url, String key, int number)
            throws IOException, InterruptedException {
        String body =
                "{\"model\":\"quick\",\"messages\":[{\"role\":\"user\",\"content\":\"call %d\"}]}"
                        .formatted(number);
        return send(
                url, key, "/chat/completions", "application/json", BodyPublishers.ofString(body));
    }

    /** Makes consecutive calls beside a batch; each call and each line must succeed. */
    private Latencies measure(URI url, String key, int count) throws Exception {
        var latencies = new ArrayList<Double>();
        Future<Double> batch = executor.submit(() -> runBatch(url, key));
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            HttpResponse<String> answer = call(url, key, i);
            latencies.add(millisSince(start));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
        Collections.sort(latencies);
        return new Latencies(latencies, batch.get());
    }

    private static double millisSince(long start) {
        return (System.nanoTime() - start) / 1e6;
    }

    private double runBatch(URI url, String key) throws Exception {
        long start = System.nanoTime();
        String id = submit(url, key);
        await().until(() -> batch(url, key, id).path("completed_at").isNumber());
        double millis = millisSince(start);
        assertThat(batch(url, key, id).at("/request_counts/completed").intValue()).isEqualTo(LINES);
        return millis;
    }

    private String submit(URI url, String key) throws Exception {
        HttpResponse<String> file =
                send(
                        url,
                        key,
                        "/files",
                        "multipart/form-data; boundary=part",
                        BodyPublishers.ofByteArray(
                                GatewayClient.multipart(
                                        "quiet.jsonl",
                                        SubmittedBatches.content("quiet", LINES, true))));
        assertThat(file.statusCode()).as(file.body()).isEqualTo(200);
        String body =
                """
                {"input_file_id":"%s","endpoint":"/v1/chat/completions","completion_window":"24h"}
                """
                        .formatted(JSON.readTree(file.body()).path("id").stringValue());
        HttpResponse<String> batch =
                send(url, key, "/batches", "application/json", BodyPublishers.ofString(body));
        assertThat(batch.statusCode()).as(batch.body()).isEqualTo(200);
        return JSON.readTree(batch.body()).path("id").stringValue();
    }

    private JsonNode batch(URI url, String key, String id) throws Exception {
        HttpResponse<String> answer =
                http.send(
                        HttpRequest.newBuilder(URI.create(url + "/batches/" + id))
                                .header("Authorization", "Bearer " + key)
                                .build(),
                        BodyHandlers.ofString(UTF_8));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }
}
