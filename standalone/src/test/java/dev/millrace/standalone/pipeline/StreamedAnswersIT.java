package dev.millrace.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.TopicsConfig;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.ModelNames;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.answer.AnswerRoutes;
import dev.millrace.gateway.answer.CallWaits;
import dev.millrace.gateway.answer.ModelsInService;
import dev.millrace.gateway.connection.ConnectionLimit;
import dev.millrace.gateway.connection.WatchedConnectionSelector;
import dev.millrace.gateway.http.CorsRules;
import dev.millrace.gateway.http.GatewayApi;
import dev.millrace.gateway.http.LocalCallers;
import dev.millrace.gateway.job.EndedJobs;
import dev.millrace.gateway.job.JobClient;
import dev.millrace.gateway.job.JobSettings;
import dev.millrace.gateway.job.JobWaits;
import dev.millrace.gateway.stream.ClientStreams;
import dev.millrace.gateway.stream.StreamTimeouts;
import dev.millrace.gateway.stream.StreamedCalls;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.document.StoredDocument;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.document.DocumentTopic;
import dev.millrace.testclusters.JobCluster;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests streams from a provider through router, worker and gateway to clients. */
class StreamedAnswersIT {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Pattern CONTENT = Pattern.compile("\"content\":\"([^\"]*)\"");

    @TempDir private Path folder;

    private JobCluster cluster(String behaviour) {
        return new JobCluster(
                folder.resolve("broker"),
                SimulatorSettings.parse("test", "models: { \"*\": { " + behaviour + " } }"),
                "");
    }

    /** The answers of a gateway, and a client. */
    private static final class Answers implements AutoCloseable {
        private final JobClient jobs;
        private final ClientStreams streams;
        private final WebServer server;
        private final HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

        Answers(JobCluster cluster) {
            var config = cluster.config("g1");
            jobs =
                    JobClient.start(
                            new JobClient.Parts(
                                    JobSettings.of(config, HeapShare.AMPLE),
                                    EndedJobs.NONE,
                                    JobClient.Routing.BY_ROUTER,
                                    InstantSource.system(),
                                    System::nanoTime,
                                    new SplittableRandom(2)));
            streams =
                    new ClientStreams(
                            new ClientStreams.Parts(
                                    config.kafka().orElseThrow().properties(),
                                    cluster.topics().chunks(),
                                    config.topics().keyPartitions(),
                                    HeapShare.AMPLE,
                                    new SimpleMeterRegistry(),
                                    InstantSource.system(),
                                    System::nanoTime));
            JobWaits reasons = JobWaits.NONE;
            var routes =
                    new AnswerRoutes(
                                    jobs,
                                    new ModelsInService(
                                            new ModelNames(
                                                    Catalog.of(List.of()), Set.of(), Map.of())),
                                    new StreamedCalls(
                                            jobs, streams, new StreamTimeouts(LONG, LONG), reasons),
                                    new CallWaits(LONG, LONG),
                                    reasons,
                                    InstantSource.system())
                            .routes();
            server =
                    WebServer.builder()
                            .host("127.0.0.1")
                            .addConnectionSelector(
                                    new WatchedConnectionSelector(
                                            Http1Config.create(), LONG, ConnectionLimit.none()))
                            .routing(
                                    new GatewayApi(
                                                    routes,
                                                    new LocalCallers(CorsRules.NONE),
                                                    1 << 20,
                                                    () -> "req_test")
                                            ::addTo)
                            .build()
                            .start();
            await().until(() -> jobs.health().ready());
        }

        /** Sends a request and returns its stream, once it has begun. */
        BufferedReader stream(String text, String fields) throws Exception {
            return send(text, "\"stream\":true," + fields);
        }

        /** Sends a request and returns the lines of its answer. */
        BufferedReader send(String text, String fields) throws Exception {
            String body =
                    "{\"model\":\"deepseek-flash\",\"max_tokens\":20,%s\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                            .formatted(fields, text);
            var response =
                    http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://127.0.0.1:"
                                                            + server.port()
                                                            + "/v1/chat/completions"))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            return new BufferedReader(new InputStreamReader(response.body(), UTF_8));
        }

        @Override
        public void close() {
            http.shutdownNow();
            server.stop();
            streams.close();
            jobs.close();
        }
    }

    /** Returns the first event, after comments if router and worker are slow to start. */
    private static String firstEvent(BufferedReader stream) throws IOException {
        String line = stream.readLine();
        while (line != null && !line.startsWith("data: ")) {
            line = stream.readLine();
        }
        return String.valueOf(line);
    }

    private static String content(List<String> lines) {
        return lines.stream()
                .flatMap(it -> CONTENT.matcher(it).results())
                .map(it -> it.group(1))
                .collect(Collectors.joining());
    }

    /** Returns the jobs that have chunks. */
    private static Set<String> forwarded(JobCluster cluster) {
        return records(cluster, cluster.topics().chunks()).stream()
                .map(it -> new String(it.key(), UTF_8))
                .collect(Collectors.toSet());
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(JobCluster cluster, String topic) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                cluster.bootstrapServers(),
                                "auto.offset.reset",
                                "earliest"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.assign(
                    IntStream.range(0, consumer.partitionsFor(topic).size())
                            .mapToObj(it -> new TopicPartition(topic, it))
                            .toList());
            var ends = consumer.endOffsets(consumer.assignment());
            while (ends.entrySet().stream()
                    .anyMatch(it -> consumer.position(it.getKey()) < it.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    @Test
    void identicalRequestsShareACallAndOnlyItsJobHasTokens() throws Exception {
        try (var cluster = cluster("first_byte: 50ms, latency: 3s");
                var _ = PipelineServices.router(cluster, folder.resolve("state"));
                var _ = PipelineServices.worker(cluster);
                var answers = new Answers(cluster);
                var first = answers.stream("same", "\"millrace\":{\"cache\":\"exact\"},")) {
            String begin = firstEvent(first);
            List<String> second;
            try (var shared = answers.stream("same", "\"millrace\":{\"cache\":\"exact\"},")) {
                second = shared.lines().toList();
            }
            List<String> rest = first.lines().toList();

            assertThat(rest).contains("data: [DONE]");
            assertThat(second).contains("data: [DONE]");
            assertThat(content(second)).isEqualTo(content(List.of(begin)) + content(rest));
            assertThat(cluster.simulator().ledger().summary().calls()).isEqualTo(1);
            assertThat(forwarded(cluster)).hasSize(1);
        }
    }

    @Test
    void callsGetPassagesWithAndWithoutAStream() throws Exception {
        try (var cluster = cluster("first_byte: 0ms, latency: 50ms");
                var _ = PipelineServices.router(cluster, folder.resolve("state"));
                var _ = PipelineServices.worker(cluster);
                var _ = PipelineServices.retrieval(cluster, folder.resolve("index"));
                var answers = new Answers(cluster)) {
            addDocument(cluster);
            String fields =
                    "\"millrace\":{\"cache\":\"exact\",\"retrieval\":{\"collection\":\"shop\"}},";
            try (var stream = answers.stream("When does the museum open?", fields)) {
                assertThat(stream.lines()).contains("data: [DONE]");
            }
            for (int i = 0; i < 2; i++) {
                try (var answer = answers.send("When does the museum open?", fields)) {
                    assertThat(answer.lines().collect(Collectors.joining()))
                            .contains("chat.completion");
                }
            }

            assertThat(records(cluster, cluster.topics().results()))
                    .extracting(it -> new String(it.value(), UTF_8))
                    .hasSize(3)
                    .allMatch(it -> it.contains("\"document\":\"a.md\""));
            // The answer without a stream is called once, the streamed one at most once more.
            assertThat(cluster.simulator().ledger().summary().calls()).isBetween(1L, 2L);
        }
    }

    private static void addDocument(JobCluster cluster) {
        var topic =
                new DocumentTopic(
                        new PipelineClient(
                                KafkaConfig.of(cluster.bootstrapServers()),
                                cluster.topics().prefix()),
                        TopicsConfig.EMBEDDED);
        try (var writer = topic.writer(TopicsConfig.EMBEDDED.documentPartitions())) {
            var document = new StoredDocument(null, null, Map.of(), "The museum opens at nine.");
            var key = new DocumentKey(new CollectionId("default", "shop"), "a.md");
            assertThat(writer.put(key, document)).isEmpty();
        }
    }

    @Test
    void streamThatBreaksIsNotCalledAgainForAClientThatHasTheError() throws Exception {
        try (var cluster =
                        cluster(
                                "first_byte: 0ms, latency: 200ms, failures: { error_mid_stream:"
                                        + " 1.0 }");
                var _ = PipelineServices.router(cluster, folder.resolve("state"));
                var _ = PipelineServices.worker(cluster);
                var answers = new Answers(cluster);
                var stream = answers.stream("breaks", "")) {
            assertThat(stream.lines().collect(Collectors.joining("\n")))
                    .contains("stream_interrupted");

            assertThat(cluster.readUntil(() -> !cluster.results().isEmpty())).isTrue();
            assertThat(cluster.results().getFirst().errorCode()).isNotNull();
            assertThat(cluster.results().getFirst().attempts()).isOne();
            assertThat(cluster.simulator().ledger().summary().calls()).isEqualTo(1);
        }
    }

    @Test
    void tokensArriveWhileTheCallRunsAndADisconnectCancelsIt() throws Exception {
        try (var cluster = cluster("first_byte: 0ms, latency: 20m");
                var _ = PipelineServices.router(cluster, folder.resolve("state"));
                var _ = PipelineServices.worker(cluster);
                var answers = new Answers(cluster)) {
            try (var stream = answers.stream("slow", "")) {
                assertThat(firstEvent(stream))
                        .startsWith("data: {")
                        .contains("\"role\":\"assistant\"");
                cluster.readToEnd();
                assertThat(cluster.results()).isEmpty();
            } catch (IOException e) {
                // The stream was closed before its end.
            }

            assertThat(cluster.readUntil(() -> !cluster.results().isEmpty())).isTrue();
            assertThat(cluster.results().getFirst().errorCode()).isEqualTo("cancelled");
        }
    }
}
