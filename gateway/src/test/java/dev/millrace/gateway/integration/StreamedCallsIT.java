package dev.millrace.gateway.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.ModelNames;
import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.contracts.chunk.Chunk.Outcome;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.header.AnswerWait.Chunks;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.answer.AnswerRoutes;
import dev.millrace.gateway.answer.CallWaits;
import dev.millrace.gateway.answer.ModelsInService;
import dev.millrace.gateway.fixtures.FakePipeline;
import dev.millrace.gateway.fixtures.GatewayCluster;
import dev.millrace.gateway.fixtures.WatchedServer;
import dev.millrace.gateway.job.EndedJobs;
import dev.millrace.gateway.job.JobClient;
import dev.millrace.gateway.job.JobSettings;
import dev.millrace.gateway.job.JobWaits;
import dev.millrace.gateway.stream.ClientStreams;
import dev.millrace.gateway.stream.StreamTimeouts;
import dev.millrace.gateway.stream.StreamedCalls;
import io.helidon.webserver.WebServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
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
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams from a pipeline in miniature over HTTP to clients. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamedCallsIT {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final String REQUEST =
            "{\"model\":\"gpt-4.1\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    private static final String FIRST =
            "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hello\"}}]}";
    private static final String LAST =
            "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";
    private static final String ANSWER =
            "{\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                    + "\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private GatewayCluster cluster;
    private JobClient jobs;
    private ClientStreams streams;
    private WebServer server;
    private FakePipeline pipeline;
    private KafkaProducer<byte[], byte[]> producer;

    @BeforeAll
    void startServer(@TempDir Path directory) {
        cluster = new GatewayCluster(directory);
        jobs =
                JobClient.start(
                        new JobClient.Parts(
                                JobSettings.of(cluster.config(), HeapShare.AMPLE),
                                EndedJobs.NONE,
                                JobClient.Routing.BY_ROUTER,
                                InstantSource.system(),
                                System::nanoTime,
                                new SplittableRandom()));
        streams =
                new ClientStreams(
                        new ClientStreams.Parts(
                                cluster.client(),
                                cluster.topics().chunks(),
                                cluster.config().topics().keyPartitions(),
                                HeapShare.AMPLE,
                                new SimpleMeterRegistry(),
                                InstantSource.system(),
                                System::nanoTime));
        var reasons =
                JobWaits.of(cluster::control, cluster.config().catalog(), InstantSource.system());
        var answers =
                new AnswerRoutes(
                        jobs,
                        new ModelsInService(
                                new ModelNames(Catalog.of(List.of()), Set.of(), Map.of())),
                        new StreamedCalls(jobs, streams, new StreamTimeouts(LONG, LONG), reasons),
                        new CallWaits(LONG, LONG),
                        reasons,
                        InstantSource.system());
        server = WatchedServer.start(answers.routes());
        producer =
                new KafkaProducer<>(
                        Map.<String, Object>copyOf(cluster.client()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        await().until(() -> jobs.health().ready());
    }

    @AfterAll
    void stopServer() {
        server.stop();
        producer.close();
        streams.close();
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

    private void write(JobId job, int sequence, Chunk.Content content) {
        var _ =
                producer.send(
                        new Chunk(1, sequence, content)
                                .toRecord(
                                        cluster.topics().chunks(),
                                        job.partition(cluster.config().topics().partitions()),
                                        job));
        producer.flush();
    }

    private static Chunk.Event event(String data) {
        return new Chunk.Event("", data.getBytes(UTF_8));
    }

    private HttpResponse<InputStream> post(String path, String body, String... headers)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + server.port() + "/v1/" + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        return http.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                BodyHandlers.ofInputStream());
    }

    private static BufferedReader lines(InputStream in) {
        return new BufferedReader(new InputStreamReader(in, UTF_8));
    }

    private JobId received() {
        await().until(() -> !pipeline.received().isEmpty());
        return pipeline.received().getFirst().id();
    }

    @Test
    void tokensArriveBeforeTheResult() throws Exception {
        pipeline.hold();
        pipeline.answer(_ -> FakePipeline.answered(200, ANSWER));
        var opened = Thread.ofVirtual().start(() -> write(received(), 0, event(FIRST)));

        var response = post("chat/completions", REQUEST);
        try (var lines = lines(response.body())) {
            assertThat(lines.readLine()).isEqualTo("data: " + FIRST);
            opened.join();
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream");
            assertThat(response.headers().firstValue("x-millrace-job"))
                    .hasValue(received().value());
            write(received(), 1, event(LAST));
            write(received(), 2, event("[DONE]"));
            write(received(), 3, new Chunk.End(Outcome.COMPLETE));
            pipeline.release();

            assertThat(lines.lines().filter(it -> !it.isEmpty()))
                    .containsExactly("data: " + LAST, "data: [DONE]");
        }
    }

    @Test
    void brokenStreamIsRepeatedOnlyForAClientThatCanAskForTheResult() throws Exception {
        pipeline.answer(_ -> FakePipeline.answered(200, ANSWER));

        post("chat/completions", REQUEST).body().close();
        post("chat/completions", REQUEST, "Idempotency-Key", "key-of-a-stream").body().close();

        assertThat(pipeline.received())
                .extracting(it -> it.submission().chunks())
                .containsExactly(Chunks.ONCE, Chunks.REPEATABLE);
    }

    @Test
    void resultWithoutTokensBecomesAStreamWithItsProvenance() throws Exception {
        pipeline.answer(_ -> FakePipeline.answered(200, ANSWER));

        var response = post("chat/completions", REQUEST);

        try (var lines = lines(response.body())) {
            assertThat(lines.lines().toList())
                    .contains("data: [DONE]")
                    .anyMatch(it -> it.contains("\"content\":\"Hello\""));
        }
        assertThat(response.headers().firstValue("x-millrace-attempts")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void usageIsForClientsThatAskForIt(boolean isAsked) throws Exception {
        pipeline.hold();
        pipeline.answer(_ -> FakePipeline.answered(200, ANSWER));
        String usage = "{\"choices\":[],\"usage\":{\"total_tokens\":7}}";
        var sent = Thread.ofVirtual().start(() -> write(received(), 0, event(FIRST)));

        var response =
                post(
                        "chat/completions",
                        REQUEST.replaceFirst(
                                "\\{", "{\"stream_options\":{\"include_usage\":" + isAsked + "},"));
        sent.join();
        // The stream has begun, so that the result does not become one.
        write(received(), 1, event(LAST));
        write(received(), 2, event(usage));
        write(received(), 3, event("[DONE]"));
        write(received(), 4, new Chunk.End(Outcome.COMPLETE));
        pipeline.release();

        try (var lines = lines(response.body())) {
            List<String> events = lines.lines().filter(it -> it.startsWith("data:")).toList();
            assertThat(events.contains("data: " + usage)).isEqualTo(isAsked);
            assertThat(events).startsWith("data: " + FIRST).endsWith("data: [DONE]");
        }
    }

    @Test
    void errorBeforeTheFirstTokenHasItsStatus() throws Exception {
        pipeline.answer(_ -> FakePipeline.answered(400, "{\"error\":{\"message\":\"too long\"}}"));

        var response = post("chat/completions", REQUEST);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new String(response.body().readAllBytes(), UTF_8))
                .isEqualTo("{\"error\":{\"message\":\"too long\"}}");
    }

    @Test
    void embeddingsHaveNoStream() throws Exception {
        var response =
                post(
                        "embeddings",
                        "{\"model\":\"text-embedding-3-small\",\"input\":\"a\",\"stream\":true}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new String(response.body().readAllBytes(), UTF_8))
                .contains("embeddings have no stream");
    }

    @Test
    void clientThatDisconnectsCancelsItsCall() throws Exception {
        pipeline.hold();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write(
                            ("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
                                            + "Content-Type: application/json\r\nContent-Length: "
                                            + REQUEST.length()
                                            + "\r\n\r\n"
                                            + REQUEST)
                                    .getBytes(UTF_8));
            write(received(), 0, event(FIRST));
            var lines = lines(socket.getInputStream());
            String line = lines.readLine();
            while (!line.contains("Hello")) {
                line = lines.readLine();
            }
        }

        var cancellation = new ControlKey.CancelJob(received());
        await().until(() -> cluster.control().cancellations().containsKey(cancellation));
        pipeline.release();
    }
}
