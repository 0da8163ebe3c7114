package dev.millrace.gateway.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.millrace.configuration.GatewayConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.access.KeyRights;
import dev.millrace.gateway.access.KeyRole;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Authenticator;
import dev.millrace.gateway.http.Caller;
import dev.millrace.gateway.http.CallerLimits;
import dev.millrace.gateway.http.CorsRules;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.GatewayApi;
import dev.millrace.gateway.http.LocalCallers;
import dev.millrace.gateway.job.JobWaits;
import dev.millrace.gateway.results.Connections;
import dev.millrace.gateway.results.DatabaseResults;
import dev.millrace.gateway.server.ServerSetup;
import dev.millrace.store.fixture.Records;
import dev.millrace.store.fixture.TestDatabase;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
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
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
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
    static final String CALL_KEY = "key-of-an-app";
    static final String STATE =
            "{\"routers\":1,\"workers\":1,\"models\":[],\"policies\":[],\"pauses\":[],\"breakers\":[],\"limits\":[]}";

    private static final JsonMapper JSON = new JsonMapper();

    private final Connections connections;
    private final UsageApi api;
    private final WebServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    /** A minute after the records of {@link StoredBatches}. */
    private static final InstantSource CLOCK = InstantSource.fixed(Records.NOON.plusSeconds(60));

    /** The settings that differ between tests. */
    private static final class Settings {
        private Duration queryTime = Connections.QUERY_TIME;
        private Authenticator authenticator = new LocalCallers(CorsRules.NONE);
        private List<Model> models = List.of();
        private StateSource state = () -> STATE;
        private PipelineOperations operations = (operation, by) -> by + " " + operation;
        private Duration patience = Duration.ofMinutes(10);
        private JobWaits waits = JobWaits.NONE;
    }

    private RunningApi(TestDatabase database, Settings settings) {
        connections = new Connections(database.url(), settings.queryTime, HeapShare.AMPLE);
        api =
                new UsageApi(
                        connections,
                        new DatabaseResults(connections, CLOCK),
                        new UsageApi.Parts(
                                settings.models,
                                settings.state,
                                settings.operations,
                                settings.waits,
                                CLOCK,
                                System::nanoTime));
        var routing = HttpRouting.builder();
        GatewayApi.withoutBodies(
                        UsageApi.SURFACE,
                        api.routes(),
                        UsageApi.callers(settings.authenticator),
                        () -> "req_1")
                .addTo(routing);
        var builder =
                WebServer.builder().host("127.0.0.1").port(0).shutdownHook(false).routing(routing);
        new ServerSetup(GatewayConfig.DEFAULT, settings.patience, Duration.ofSeconds(15))
                .limits(new SimpleMeterRegistry())
                .accept(builder);
        server = builder.build().start();
    }

    static RunningApi withoutKeys(TestDatabase database, List<Model> models, StateSource state) {
        var settings = new Settings();
        settings.models = models;
        settings.state = state;
        return new RunningApi(database, settings);
    }

    static RunningApi withQueryTime(TestDatabase database, Duration queryTime) {
        var settings = new Settings();
        settings.queryTime = queryTime;
        return new RunningApi(database, settings);
    }

    /** Starts an API without keys that changes a pipeline. */
    static RunningApi withOperations(TestDatabase database, PipelineOperations operations) {
        var settings = new Settings();
        settings.operations = operations;
        return new RunningApi(database, settings);
    }

    /** Starts an API without keys that knows why jobs wait. */
    static RunningApi withWaits(TestDatabase database, JobWaits waits) {
        var settings = new Settings();
        settings.waits = waits;
        return new RunningApi(database, settings);
    }

    /** Starts an API without keys whose receivers must read within a time. */
    static RunningApi withPatience(TestDatabase database, Duration patience) {
        var settings = new Settings();
        settings.patience = patience;
        return new RunningApi(database, settings);
    }

    /**
     * Starts an API with {@link #ACME_KEY}, {@link #ACME_OPERATOR_KEY}, {@link #ALL_KEY} and {@link
     * #CALL_KEY}.
     */
    static RunningApi withKeys(TestDatabase database) {
        var settings = new Settings();
        settings.authenticator = RunningApi::caller;
        return new RunningApi(database, settings);
    }

    /** Starts an API whose caller has limits. */
    static RunningApi withLimits(TestDatabase database, CallerLimits limits) {
        var settings = new Settings();
        settings.authenticator =
                _ ->
                        new Caller(
                                "all",
                                "default",
                                Caller.SHARED_BATCH,
                                Optional.empty(),
                                KeyRights.ALL,
                                limits);
        return new RunningApi(database, settings);
    }

    private static Caller caller(ServerRequest request) {
        String key = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
        return switch (key.replaceFirst("^Bearer ", "")) {
            case ALL_KEY -> caller("all", "default", KeyRights.ALL);
            case ACME_OPERATOR_KEY ->
                    caller(
                            "acme-operator",
                            "acme",
                            new KeyRights(EnumSet.of(KeyRole.OPERATE), false));
            case ACME_KEY -> caller("acme", "acme", new KeyRights(EnumSet.of(KeyRole.READ), false));
            case CALL_KEY -> caller("app", "acme", KeyRights.CALLS);
            default -> throw ApiError.of(ErrorKind.UNAUTHENTICATED, "invalid_api_key", "no key");
        };
    }

    private static Caller caller(String name, String tenant, KeyRights rights) {
        return new Caller(
                name, tenant, Caller.SHARED_BATCH, Optional.empty(), rights, CallerLimits.NONE);
    }

    List<ApiRoute> routes() {
        return api.described();
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

    /** Validates JSON against a schema of the API description, and returns the violations. */
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
        ApiRoute route =
                routes().stream()
                        .filter(it -> matches(it.template(), path))
                        .findFirst()
                        .orElseThrow();
        String escaped = ("/" + route.template()).replace("~", "~0").replace("/", "~1");
        return "#/paths/"
                + escaped.replace("{", "%7B").replace("}", "%7D")
                + "/get/responses/200/content/application~1json/schema";
    }

    private static boolean matches(String template, String path) {
        return path.matches(template.replaceAll("\\{[a-z_]+}", "[^/]+"));
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
        connections.close();
    }
}
