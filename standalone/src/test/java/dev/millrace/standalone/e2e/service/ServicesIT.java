package dev.millrace.standalone.e2e.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Launcher;
import dev.millrace.standalone.e2e.Running;
import dev.millrace.testclusters.SmallDisk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pipeline as a service, and its parts as separate processes. */
class ServicesIT {
    private static final int JOBS = 200;

    @TempDir private Path folder;

    private static String value(Running running, String name) {
        return running.out()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }

    private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(url)).build(),
                    HttpResponse.BodyHandlers.ofString(UTF_8));
        }
    }

    /** Reads the committed results with a plain Kafka consumer; asserts one result per job. */
    private static Set<String> results(String bootstrap) {
        var jobs = new HashSet<String>();
        Map<String, Object> client =
                Map.of(
                        "bootstrap.servers", bootstrap,
                        "group.id", "reader",
                        "auto.offset.reset", "earliest",
                        "isolation.level", "read_committed");
        try (var consumer =
                new KafkaConsumer<>(
                        client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("millrace.results"));
            await().until(
                            () -> {
                                for (var record : consumer.poll(Duration.ofMillis(200))) {
                                    String job = ResultView.read(record.value()).jobId();
                                    assertThat(jobs.add(job))
                                            .as("second result of " + job)
                                            .isTrue();
                                }
                                return jobs.size() >= JOBS;
                            });
        }
        return jobs;
    }

    private static String configuration(String bootstrap, String simulator) {
        String providers =
                Stream.of("openai", "anthropic", "google", "deepseek", "alibaba")
                        .map(
                                name ->
                                        "  %s: { wire: openai, base_url: %s/v1 }%n"
                                                .formatted(name, simulator))
                        .collect(Collectors.joining());
        return """
        kafka: { bootstrap.servers: "%s" }
        topics: { partitions: 4, replication_factor: 1 }
        providers:
        """
                        .formatted(bootstrap)
                + providers;
    }

    @Nested
    class PipelineOfTwoProcesses {
        @Test
        void submittedJobsGetResults() throws IOException, InterruptedException {
            var launcher = new Launcher(folder);
            Running broker =
                    launcher.start(
                            "up",
                            "--simulate",
                            "--only",
                            "broker,simulator,router,sink",
                            "--metrics",
                            "127.0.0.1:0");
            broker.awaitOutput("running ");
            String bootstrap = value(broker, "bootstrap");
            Files.writeString(
                    folder.resolve("worker.yaml"),
                    configuration(bootstrap, value(broker, "simulator")));
            Running worker =
                    launcher.start("worker", "--config", "worker.yaml", "--metrics", "127.0.0.1:0");
            worker.awaitOutput("running ");
            launcher.run("topics", "apply", "--config", "worker.yaml").exitsWith(0);

            launcher.run(
                            "submit",
                            "--bootstrap-server",
                            bootstrap,
                            Launcher.example("support-tickets.jsonl"))
                    .exitsWith(0);

            assertThat(results(bootstrap)).hasSize(JOBS);
            assertThat(get(value(worker, "metrics")).body()).contains("millrace_worker_calls");
            assertThat(get(value(worker, "health")).statusCode()).isEqualTo(200);
            worker.terminate();
            worker.await().exitsWith(0);
            assertThat(get(value(broker, "health")).body())
                    .contains("\"broker\":{\"live\":true,\"ready\":true");
            broker.terminate();
            broker.await().exitsWith(0);
        }
    }

    @Nested
    class ServiceThatCannotStart {
        static Stream<List<String>> commands() {
            return Stream.of(
                    List.of("--broker-port", "up", "--only", "broker", "--broker-port", "PORT"),
                    List.of("--metrics", "up", "--only", "broker", "--metrics", "127.0.0.1:PORT"),
                    List.of("metrics.listen", "up", "--only", "broker", "--config", "taken.yaml"),
                    List.of("--port", "simulator", "--port", "PORT"));
        }

        @ParameterizedTest
        @MethodSource("commands")
        void portInUseIsReportedInOneLine(List<String> option) throws IOException {
            try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                String port = Integer.toString(taken.getLocalPort());
                Files.writeString(
                        folder.resolve("taken.yaml"),
                        "metrics: { listen: \"127.0.0.1:" + port + "\" }");
                // Another pipeline on this machine may have the default port.
                Files.writeString(
                        folder.resolve("millrace.yaml"), "metrics: { listen: \"127.0.0.1:0\" }");
                Object[] arguments =
                        option.stream().skip(1).map(it -> it.replace("PORT", port)).toArray();

                Finished finished = new Launcher(folder).run(arguments).exitsWith(2);

                assertThat(finished.err().lines())
                        .singleElement()
                        .asString()
                        .contains("127.0.0.1:" + port, option.getFirst(), "in use");
            }
        }

        @Test
        void unreachableClusterIsReported() throws IOException {
            int free;
            try (var socket = new ServerSocket(0)) {
                free = socket.getLocalPort();
            }

            Finished finished =
                    new Launcher(folder)
                            .run(
                                    "submit",
                                    "--bootstrap-server",
                                    "127.0.0.1:" + free,
                                    Launcher.example("mistakes.jsonl"))
                            .exitsWith(1);

            assertThat(finished.err())
                    .contains("127.0.0.1:" + free + " does not answer")
                    .doesNotContain("\tat ");

            Path config =
                    Files.writeString(
                            folder.resolve("unreachable.yaml"),
                            "kafka: { bootstrap.servers: \"127.0.0.1:%d\" }\nproviders: { p: { wire: openai, simulator: {} } }\n"
                                    .formatted(free));
            finished =
                    new Launcher(folder)
                            .run("topics", "apply", "--config", config.toString())
                            .exitsWith(1);

            assertThat(finished.err())
                    .contains("127.0.0.1:" + free + " does not answer")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void routerOnAFullDiskWaitsForRoom() throws IOException {
        Path data = Files.createDirectory(folder.resolve("data"));
        Path config =
                Files.writeString(
                        folder.resolve("cluster.yaml"),
                        "kafka: { bootstrap.servers: \"127.0.0.1:1\" }");
        try (var _ = SmallDisk.mount(data, 8)) {
            Running router =
                    new Launcher(folder).start("router", "--config", config, "--data-dir", data);
            try {
                String wait = "waiting: The disk of";
                await().until(() -> router.err().contains(wait) || !router.isAlive());

                assertThat(router.err()).contains(wait);
                assertThat(router.isAlive()).isTrue();
            } finally {
                router.kill();
            }
        }
    }

    @Nested
    class CheckCommand {
        @Test
        void everyModelIsCalledOnce() {
            Finished finished = new Launcher(folder).run("check", "--simulate").exitsWith(0);

            assertThat(finished.out().lines())
                    .hasSameSizeAs(Catalog.shipped().models())
                    .allMatch(line -> line.startsWith("ok"));
        }

        @Test
        void answeringModelAndCreditsAreNamed() throws IOException {
            var provider =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            answer(
                    provider,
                    "/v1/chat/completions",
                    """
                    {"model":"vendor/m-2026-11-01","choices":[{"index":0,"finish_reason":"stop",\
                    "message":{"role":"assistant","content":"Yes."}}]}""");
            answer(provider, "/v1/key", "{\"data\":{\"limit_remaining\":74.50}}");
            provider.start();
            try {
                Files.writeString(
                        folder.resolve("millrace.yaml"),
                        """
                        providers:
                          openrouter: { wire: openai, base_url: "http://127.0.0.1:%d/v1", keys: [ key-1, key-2 ] }
                        models:
                          mine: { provider: openrouter, price: { input: 1, output: 1 } }
                        """
                                .formatted(provider.getAddress().getPort()));

                Finished finished = new Launcher(folder).run("check").exitsWith(0);

                assertThat(finished.out().lines())
                        .filteredOn(it -> it.endsWith(" ms  answered by vendor/m-2026-11-01"))
                        .hasSize(2);
                assertThat(finished.out().lines())
                        .contains(
                                "credits left  openrouter  key 1  74.5 USD",
                                "credits left  openrouter  key 2  74.5 USD");
            } finally {
                provider.stop(0);
            }
        }

        private static void answer(HttpServer server, String path, String json) {
            server.createContext(
                    path,
                    exchange -> {
                        exchange.getRequestBody().readAllBytes();
                        byte[] body = json.getBytes(UTF_8);
                        exchange.getResponseHeaders().add("Content-Type", "application/json");
                        exchange.sendResponseHeaders(200, body.length);
                        exchange.getResponseBody().write(body);
                        exchange.close();
                    });
        }
    }

    @Nested
    class SubmitWithCheck {
        @Test
        void everyInvalidLineIsReported() {
            Finished finished =
                    new Launcher(folder)
                            .run("submit", "--check", Launcher.example("mistakes.jsonl"))
                            .exitsWith(3);

            assertThat(finished.err()).contains("mistakes.jsonl:2 ", "mistakes.jsonl:13 ");
            assertThat(finished.out()).contains("19 lines checked, 13 with problems");
        }
    }
}
