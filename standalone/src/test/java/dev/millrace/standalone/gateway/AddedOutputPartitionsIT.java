package dev.millrace.standalone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.standalone.ops.GatewayServer;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.usage.ServedPipeline;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import dev.millrace.worker.job.CallFollower;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests calls while and after others add partitions to the topics that services write by key. */
class AddedOutputPartitionsIT {
    private static final int PARTITIONS = 4;
    private static final int CALLS = 40;
    private static final String CONFIG =
            """
            topics: { partitions: 4, replication_factor: 1 }
            providers:
              simulator: { wire: openai, simulator: { models: { m: { latency: 5ms, answer_tokens: 5 } } } }
            models:
              m: { provider: simulator, price: { input: 1, output: 2 } }
            gateway: { listen: "127.0.0.1:0", timeout: 2m }
            """;
    private static final Topics TOPICS = new Topics("millrace.");

    @TempDir private Path folder;

    private int rounds;

    private final HttpClient http = HttpClient.newHttpClient();

    private static Worker worker(ServedPipeline pipeline, String instance) {
        return Worker.start(
                new WorkerSettings(
                        pipeline.config(),
                        new SimpleMeterRegistry(),
                        InstantSource.system(),
                        System::nanoTime,
                        new SplittableRandom(1),
                        false,
                        instance,
                        true,
                        List.of(),
                        CallFollower.NONE));
    }

    private CompletableFuture<HttpResponse<String>> call(
            GatewayServer gateway, String text, String options, Map<String, String> headers) {
        String body =
                """
                {"model":"m",%s"messages":[{"role":"user","content":"%s"}],
                 "millrace":{"cache":"%s"}}"""
                        .formatted(
                                options.equals("stream") ? "\"stream\":true," : "",
                                text,
                                options.equals("exact") ? "exact" : "none");
        var request =
                HttpRequest.newBuilder(URI.create(gateway.url() + "/chat/completions"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return http.sendAsync(request.build(), BodyHandlers.ofString());
    }

    /** Calls by all routes: express, through the router, streamed, and from the cache. */
    private void assertAnswered(GatewayServer gateway) {
        rounds++;
        var calls = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        for (int i = 0; i < CALLS; i++) {
            String id = rounds + "-" + i;
            calls.add(call(gateway, id, "plain", Map.of()));
            calls.add(call(gateway, id, "plain", Map.of("Idempotency-Key", id)));
            calls.add(call(gateway, id, "stream", Map.of()));
            calls.add(call(gateway, id, "exact", Map.of()));
            calls.add(call(gateway, id, "exact", Map.of()));
        }
        List<String> failed =
                calls.stream()
                        .map(CompletableFuture::join)
                        .filter(it -> it.statusCode() != 200 || it.body().contains("\"error\""))
                        .map(it -> it.statusCode() + " " + it.body())
                        .distinct()
                        .toList();
        assertThat(failed).isEmpty();
    }

    private static Admin admin(ServedPipeline pipeline) {
        return Admin.create(Map.copyOf(pipeline.config().kafka().orElseThrow().properties()));
    }

    private static long expressCalls(Admin admin) throws ExecutionException, InterruptedException {
        String topic = TOPICS.jobs("m", Lane.EXPRESS);
        return admin
                .listOffsets(
                        IntStream.range(0, PARTITIONS / 2)
                                .boxed()
                                .collect(
                                        Collectors.toMap(
                                                it -> new TopicPartition(topic, it),
                                                _ -> OffsetSpec.latest())))
                .all()
                .get()
                .values()
                .stream()
                .mapToLong(it -> it.offset())
                .sum();
    }

    private static void addPartitions(Admin admin) throws ExecutionException, InterruptedException {
        var more =
                Stream.of(
                                TOPICS.results(),
                                TOPICS.costs(),
                                TOPICS.chunks(),
                                TOPICS.answers(),
                                TOPICS.quota())
                        .collect(
                                Collectors.toMap(
                                        it -> it, _ -> NewPartitions.increaseTo(PARTITIONS + 3)));
        var _ = admin.createPartitions(more).all().get();
    }

    @Test
    void allCallsAreAnsweredByOldAndNewProcessesAndAfterARestart() throws Exception {
        Set<PipelinePart> others = EnumSet.complementOf(EnumSet.of(PipelinePart.WORKER));
        try (var pipeline = ServedPipeline.start(folder, CONFIG, others);
                var admin = admin(pipeline);
                var gateway = pipeline.startGateway()) {
            try (var _ = worker(pipeline, "w1")) {
                await().until(
                                () -> {
                                    assertAnswered(gateway);
                                    return expressCalls(admin) > 0;
                                });
            }
            addPartitions(admin);
            // A new client knows the added partitions at once, an old one after minutes.
            try (var _ = worker(pipeline, "w2");
                    var newGateway = pipeline.startGateway()) {
                assertAnswered(gateway);
                assertAnswered(newGateway);
            }
        }
        try (var pipeline = ServedPipeline.start(folder, CONFIG);
                var gateway = pipeline.startGateway()) {
            assertAnswered(gateway);
        } catch (IOException e) {
            throw new AssertionError("the pipeline does not start again", e);
        }
    }
}
