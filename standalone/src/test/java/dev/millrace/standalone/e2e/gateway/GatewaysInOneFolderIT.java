package dev.millrace.standalone.e2e.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.simulator.settings.Latency;
import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Launcher;
import dev.millrace.standalone.e2e.Running;
import dev.millrace.store.database.Database;
import dev.millrace.testclusters.JobCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Gateways and {@code up} that run side by side in one folder, with defaults. */
@Tag("long")
class GatewaysInOneFolderIT {
    private static final String LINE =
            """
            {"custom_id":"1","method":"POST","url":"/v1/embeddings","body":{"model":"m","input":"Hi"}}
            """;

    @TempDir private Path folder;

    private final List<Running> running = new ArrayList<>();

    @AfterEach
    void killAll() {
        running.forEach(Running::kill);
    }

    @Test
    void eachGatewayHasAPortOfItsOwnAndAllShareTheFiles() throws Exception {
        try (var cluster = cluster()) {
            configure(cluster, "cluster.yaml", "");
            Running first = start("gateway", "--config", "cluster.yaml");
            Running second = start("gateway", "--config", "cluster.yaml");
            Running up = start("up", "--simulate");

            List<String> urls = running.stream().map(GatewaysInOneFolderIT::url).toList();
            assertThat(urls).doesNotHaveDuplicates();
            String id = upload(urls.getFirst());
            assertThat(get(urls.get(1) + "/files/" + id + "/content").body()).isEqualTo(LINE);

            configure(
                    cluster, "taken.yaml", "gateway: { listen: \"%s\" }".formatted(address(first)));
            Finished refused = start("gateway", "--config", "taken.yaml").await();
            refused.exitsWith(2);
            assertThat(refused.err())
                    .contains(
                            "Cannot listen on %s (gateway.listen in taken.yaml)"
                                    .formatted(address(first)));

            for (Running each : List.of(first, second, up)) {
                each.terminate();
                each.await().exitsWith(0);
            }
        }
    }

    @Test
    void gatewayWaitsForTheDatabaseOfTheSinkAndNamesPostgresql() throws Exception {
        try (var cluster = cluster()) {
            Files.writeString(
                    folder.resolve("cluster.yaml"),
                    "kafka: { bootstrap.servers: \"%s\" }".formatted(cluster.bootstrapServers()));

            Running gateway = start("gateway", "--config", "cluster.yaml");

            await().until(() -> gateway.err().contains("waiting for the database of the sink: "));
            assertThat(gateway.err())
                    .contains("sink.jdbc_url in cluster.yaml", "both need PostgreSQL");
            start("sink", "--config", "cluster.yaml");
            gateway.awaitOutput("gateway http://");
            assertThat(gateway.isAlive()).isTrue();
        }
    }

    @Test
    void folderThatCannotBeWrittenEndsAGatewayWithOneLine() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        try (var cluster = cluster()) {
            configure(cluster, "cluster.yaml", "gateway: { files: { store: \"file:file/x\" } }");

            Finished refused = start("gateway", "--config", "cluster.yaml").await();

            refused.exitsWith(1);
            assertThat(refused.err())
                    .contains(file.resolve("x").toString(), "(gateway.files in cluster.yaml)");
        }
    }

    private JobCluster cluster() throws IOException {
        var latency = new Latency.Uniform(Duration.ZERO, Duration.ofMillis(1));
        return new JobCluster(folder.resolve("broker"), JobCluster.simulated(latency), "");
    }

    private void configure(JobCluster cluster, String name, String gateway) throws Exception {
        String database = "jdbc:sqlite:" + folder.resolve("results.db");
        var _ = Database.of(database).migrate();
        Files.writeString(
                folder.resolve(name),
                """
                kafka: { bootstrap.servers: "%s" }
                topics: { partitions: 4, replication_factor: 1 }
                sink: { jdbc_url: "%s" }
                %s
                """
                        .formatted(cluster.bootstrapServers(), database, gateway));
    }

    private Running start(Object... arguments) {
        Running started = new Launcher(folder).start(arguments);
        running.add(started);
        return started;
    }

    private static String url(Running gateway) {
        gateway.awaitOutput("gateway http://");
        return gateway.out()
                .lines()
                .filter(it -> it.startsWith("gateway "))
                .findFirst()
                .orElseThrow()
                .substring("gateway ".length());
    }

    private static String address(Running gateway) {
        return URI.create(url(gateway)).getAuthority();
    }

    private static String upload(String url) throws IOException, InterruptedException {
        String body =
                String.join(
                        "\r\n",
                        "--xyz",
                        "Content-Disposition: form-data; name=\"purpose\"",
                        "",
                        "batch",
                        "--xyz",
                        "Content-Disposition: form-data; name=\"file\"; filename=\"jobs.jsonl\"",
                        "",
                        LINE,
                        "--xyz--",
                        "");
        HttpResponse<String> answer =
                send(
                        HttpRequest.newBuilder(URI.create(url + "/files"))
                                .header("Content-Type", "multipart/form-data; boundary=xyz")
                                .POST(BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonMapper().readTree(answer.body()).path("id").asString();
    }

    private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                    request.header("Authorization", "Bearer any").build(), BodyHandlers.ofString());
        }
    }
}
