package dev.millrace.sink.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.config.SinkConfig.ApiKey;
import dev.millrace.contracts.config.SinkConfig.Role;
import dev.millrace.sink.fixture.ManualTimer;
import dev.millrace.sink.fixture.Records;
import dev.millrace.sink.fixture.TestDatabase;
import dev.millrace.sink.pipeline.PipelineOperations;
import dev.millrace.sink.pipeline.StateSource;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The usage API on a free port, with a client. */
final class RunningApi implements AutoCloseable {
    static final String ACME_KEY = "key-of-acme";
    static final String ACME_OPERATOR_KEY = "key-of-acme-operator";
    static final String ALL_KEY = "key-for-all";
    static final String STATE =
            "{\"routers\":1,\"workers\":1,\"models\":[],\"policies\":[],\"pauses\":[],\"breakers\":[],\"limits\":[]}";

    private static final PipelineOperations NO_OPERATIONS = (operation, by) -> by + " " + operation;
    private static final JsonMapper JSON = new JsonMapper();

    private final UsageApi api;
    private final WebServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    private RunningApi(UsageApi api) {
        this.api = api;
        var routing = HttpRouting.builder();
        api.addTo(routing);
        server =
                WebServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .shutdownHook(false)
                        .routing(routing)
                        .build()
                        .start();
    }

    static RunningApi withoutKeys(TestDatabase database, List<Model> models, StateSource state) {
        return of(database, List.of(), models, state, UsageApi.Settings.DEFAULT_QUERY_TIME);
    }

    static RunningApi withQueryTime(TestDatabase database, Duration queryTime) {
        return of(database, List.of(), List.of(), () -> STATE, queryTime);
    }

    /** Starts an API without keys that changes a pipeline. */
    static RunningApi withOperations(TestDatabase database, PipelineOperations operations) {
        return of(
                database,
                List.of(),
                List.of(),
                () -> STATE,
                operations,
                UsageApi.Settings.DEFAULT_QUERY_TIME);
    }

    /** Starts an API with {@link #ACME_KEY}, {@link #ACME_OPERATOR_KEY} and {@link #ALL_KEY}. */
    static RunningApi withKeys(TestDatabase database) {
        var keys =
                List.of(
                        new ApiKey("all", sha256(ALL_KEY), Optional.empty(), true, Role.OPERATE),
                        new ApiKey(
                                "acme-operator",
                                sha256(ACME_OPERATOR_KEY),
                                Optional.of("acme"),
                                false,
                                Role.OPERATE),
                        new ApiKey(
                                "acme", sha256(ACME_KEY), Optional.of("acme"), false, Role.READ));
        return of(database, keys, List.of(), () -> STATE, UsageApi.Settings.DEFAULT_QUERY_TIME);
    }

    /** Starts an API without keys whose receivers have the time of a timer. */
    static RunningApi withTimer(TestDatabase database, ManualTimer timer) {
        return new RunningApi(
                new UsageApi(
                        settings(
                                database,
                                List.of(),
                                List.of(),
                                () -> STATE,
                                NO_OPERATIONS,
                                UsageApi.Settings.DEFAULT_QUERY_TIME),
                        timer));
    }

    /** A minute after the records of {@link StoredBatches}. */
    private static final InstantSource CLOCK = InstantSource.fixed(Records.NOON.plusSeconds(60));

    private static RunningApi of(
            TestDatabase database,
            List<ApiKey> keys,
            List<Model> models,
            StateSource state,
            Duration queryTime) {
        return of(database, keys, models, state, NO_OPERATIONS, queryTime);
    }

    private static RunningApi of(
            TestDatabase database,
            List<ApiKey> keys,
            List<Model> models,
            StateSource state,
            PipelineOperations operations,
            Duration queryTime) {
        return new RunningApi(
                new UsageApi(settings(database, keys, models, state, operations, queryTime)));
    }

    private static UsageApi.Settings settings(
            TestDatabase database,
            List<ApiKey> keys,
            List<Model> models,
            StateSource state,
            PipelineOperations operations,
            Duration queryTime) {
        return new UsageApi.Settings(
                database.url(),
                keys,
                models,
                state,
                operations,
                queryTime,
                CLOCK,
                System::nanoTime);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    List<Route> routes() {
        return api.routes();
    }

    /** Sends a GET with headers as names and values. */
    HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        return send("GET", path, headers);
    }

    HttpResponse<byte[]> send(String method, String path, String... headers) throws Exception {
        var request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + server.port() + "/api/v1" + path))
                        .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Sends a GET and returns its answer while it is written. */
    InputStream open(String path, String... headers) throws Exception {
        var request =
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.port() + "/api/v1" + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()).body();
    }

    /**
     * Sends a GET over a connection with a small window, and reads the first byte of its answer.
     */
    Socket begin(String path) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(1 << 12);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        socket.getOutputStream()
                .write(
                        ("GET /api/v1" + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                .getBytes(UTF_8));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
        return socket;
    }

    HttpResponse<byte[]> getAs(String key, String path) throws Exception {
        return get(path, "Authorization", "Bearer " + key);
    }

    /** Returns the JSON of a successful answer, which must match its schema. */
    JsonNode json(String path, String... headers) throws Exception {
        return valid(get(path, headers), 200, successSchema(path));
    }

    JsonNode jsonAs(String key, String path) throws Exception {
        return json(path, "Authorization", "Bearer " + key);
    }

    /** Returns the error object of a failed answer, which must match its schema. */
    JsonNode error(int status, String path, String... headers) throws Exception {
        return error(status, get(path, headers));
    }

    static JsonNode error(int status, HttpResponse<byte[]> response) {
        return valid(response, status, "#/components/schemas/Error").path("error");
    }

    private static JsonNode valid(HttpResponse<byte[]> response, int status, String schema) {
        String body = text(response);
        assertThat(response.statusCode()).as(body).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(problems(body, schema)).as(body).isEmpty();
        return JSON.readTree(body);
    }

    /** Returns what is wrong with JSON according to a schema of the description. */
    static List<?> problems(String json, String schema) {
        var root = JSON.createObjectNode();
        root.put("$ref", schema);
        root.set("components", description().path("components"));
        root.set("paths", description().path("paths"));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(root.toString())
                .validate(json, InputFormat.JSON);
    }

    /** Returns the pointer to the schema of a path's successful answers. */
    private String successSchema(String pathAndQuery) {
        String path = pathAndQuery.replaceFirst("\\?.*", "").substring(1);
        Route route =
                routes().stream()
                        .filter(it -> it.match(List.of(path.split("/", -1))).isPresent())
                        .findFirst()
                        .orElseThrow();
        String escaped = ("/" + route.template()).replace("~", "~0").replace("/", "~1");
        return "#/paths/"
                + escaped.replace("{", "%7B").replace("}", "%7D")
                + "/get/responses/200/content/application~1json/schema";
    }

    static JsonNode description() {
        try (InputStream in =
                Objects.requireNonNull(UsageApi.class.getResourceAsStream("openapi.json"))) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), UTF_8);
    }

    /** Sends a raw GET with any {@code Host} header and returns the status line. */
    @Nullable String statusForHost(String host) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write(
                            ("GET /api/v1/models HTTP/1.1\r\nHost: "
                                            + host
                                            + "\r\nConnection: close\r\n\r\n")
                                    .getBytes(UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))
                    .readLine();
        }
    }

    @Override
    public void close() {
        api.endStreams();
        server.stop();
        api.close();
    }
}
