package dev.millrace.standalone.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.ListenAddress;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.StoreLocation;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.control.ControlWriter;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.gateway.access.GatewayKey;
import dev.millrace.gateway.access.KeyAccess;
import dev.millrace.gateway.access.KeyToken;
import dev.millrace.gateway.access.SecretHash;
import dev.millrace.standalone.cluster.Role;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.ops.BindAddress;
import dev.millrace.standalone.ops.GatewayServer;
import dev.millrace.standalone.usage.PipelineUsage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A gateway, and client requests that exercise every right of the gateway and the worker. Used by
 * one thread.
 */
final class GatewayScenario implements AutoCloseable {
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final JsonMapper JSON = new JsonMapper();

    private static final String CALL =
            "{\"model\":\"m2\",\"stream\":%b,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}";
    private static final String LINE =
            "{\"custom_id\":\"%1$s\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m2\",\"messages\":[{\"role\":\"user\",\"content\":\"%1$s\"}]}}\n";

    private final SecuredServices services;
    private final GatewayServer gateway;
    private final HttpClient http = HttpClient.newHttpClient();

    /** The key of the tenant {@code default}. */
    private final String key;

    /**
     * Starts a gateway.
     *
     * @param folder has the folder of the sink
     */
    GatewayScenario(SecuredServices services, Path folder) throws IOException {
        this.services = services;
        key = createKey("default");
        String database = "jdbc:sqlite:" + DataDirectory.database(folder.resolve("sink"));
        gateway =
                GatewayServer.start(
                        BindAddress.configured(new ListenAddress("127.0.0.1", 0), "any port"),
                        new GatewaySettings(
                                services.config(Role.GATEWAY.word()),
                                PipelineUsage.of(
                                        services.config(Role.GATEWAY.word()),
                                        database,
                                        InstantSource.system(),
                                        System::nanoTime,
                                        new SecureRandom(),
                                        () -> true),
                                new StoreLocation.Folder(folder.resolve("files")),
                                new SimpleMeterRegistry(),
                                InstantSource.system(),
                                System::nanoTime,
                                new SecureRandom(),
                                PipelineUsage.forecasts(services.config(Role.GATEWAY.word())),
                                HeapShare.AMPLE));
        await().until(() -> gateway.health().ready());
    }

    /** Creates a key as the user of the commands. */
    private String createKey(String tenant) throws IOException {
        MillraceConfig config = services.config(Role.OPERATE.word());
        var random = new SecureRandom();
        KeyToken token = KeyToken.mint(random);
        Instant now = Instant.now();
        var created =
                new GatewayKey(
                        tenant,
                        KeyAccess.ofTenant(tenant),
                        now,
                        "test",
                        Optional.empty(),
                        List.of(SecretHash.of(token.secret(), random, now)));
        var record = new ControlRecord(new ControlKey.ApiKey(token.id()), created.toJson());
        return ControlWriter.of(
                        config.kafka().orElseThrow().properties(), config.topics().prefix(), random)
                .write(_ -> new ControlWriter.Change<>(List.of(record), token.text()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .header("Authorization", "Bearer " + key);
    }

    private static HttpRequest.Builder post(HttpRequest.Builder request, String body) {
        return request.POST(BodyPublishers.ofString(body));
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString(UTF_8));
    }

    private String send(int status, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request);
        assertThat(answer.statusCode()).as(answer::body).isEqualTo(status);
        return answer.body();
    }

    /** Submits a job of each tenant with its own request topic, and of a tenant without one. */
    void submitJobs() throws IOException, InterruptedException {
        submitJob(key);
        for (String tenant : List.of("acme", "globex")) {
            String own = createKey(tenant);
            await().until(() -> knows(own));
            submitJob(own);
        }
    }

    /** Returns true if the gateway has read a key. */
    private boolean knows(String own) throws IOException, InterruptedException {
        return send(request("/models").setHeader("Authorization", "Bearer " + own)).statusCode()
                == OK;
    }

    private void submitJob(String own) throws IOException, InterruptedException {
        var _ =
                send(
                        ACCEPTED,
                        post(
                                request("/jobs").setHeader("Authorization", "Bearer " + own),
                                LINE.formatted("job")));
    }

    /** Makes a call, and repeats it with its idempotency key. */
    void call() throws IOException, InterruptedException {
        var repeated =
                post(request("/chat/completions"), CALL.formatted(false, "call"))
                        .header("Idempotency-Key", "call");
        assertThat(send(OK, repeated)).isEqualTo(send(OK, repeated));
    }

    /**
     * Makes a call without a cached answer, which bypasses the router once workers read its lane.
     */
    void callExpress() throws IOException, InterruptedException {
        String body =
                CALL.formatted(false, "express")
                        .replaceFirst("\\{", "{\"millrace\":{\"cache\":\"none\"},");
        var _ = send(OK, post(request("/chat/completions"), body));
    }

    /** Makes a streamed call. May end before the gateway has read any of its chunks. */
    void stream() throws IOException, InterruptedException {
        assertThat(send(OK, post(request("/chat/completions"), CALL.formatted(true, "stream"))))
                .contains("data: [DONE]");
    }

    /** Runs a batch to its end, and cancels one. */
    void runBatches() throws IOException, InterruptedException {
        String file = upload();
        String path = "/batches/" + submitBatch(file);
        await().until(() -> field("status", request(path)).equals("completed"));
        // A batch that has already ended cannot be cancelled.
        await().until(() -> isCancelled(submitBatch(file)));
    }

    private boolean isCancelled(String batch) throws IOException, InterruptedException {
        return send(post(request("/batches/" + batch + "/cancel"), "")).statusCode() == OK;
    }

    private String upload() throws IOException, InterruptedException {
        String body =
                """
                --part
                Content-Disposition: form-data; name="purpose"

                batch
                --part
                Content-Disposition: form-data; name="file"; filename="lines.jsonl"

                %s
                --part--
                """
                        .formatted(LINE.formatted("a") + LINE.formatted("b"))
                        .replace("\n", "\r\n");
        return field(
                "id",
                post(request("/files"), body)
                        .header("Content-Type", "multipart/form-data; boundary=part"));
    }

    private String submitBatch(String file) throws IOException, InterruptedException {
        return field(
                "id",
                post(
                        request("/batches"),
                        """
                        {"input_file_id":"%s","endpoint":"/v1/chat/completions","completion_window":"24h"}
                        """
                                .formatted(file)));
    }

    private String field(String name, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        JsonNode json = JSON.readTree(send(OK, request));
        return json.path(name).stringValue();
    }

    @Override
    public void close() {
        http.shutdownNow();
        gateway.close();
    }
}
