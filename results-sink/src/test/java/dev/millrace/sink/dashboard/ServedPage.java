package dev.millrace.sink.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.config.SinkConfig.ApiKey;
import dev.millrace.contracts.config.SinkConfig.Role;
import dev.millrace.sink.api.UsageApi;
import dev.millrace.sink.fixture.TestDatabase;
import dev.millrace.sink.pipeline.PipelineOperations;
import dev.millrace.sink.pipeline.StateSource;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The dashboard and the usage API on a free port. */
final class ServedPage implements AutoCloseable {
    private final UsageApi api;
    private final WebServer server;

    private ServedPage(UsageApi.Settings settings) {
        api = new UsageApi(settings);
        var routing = HttpRouting.builder();
        api.addTo(routing);
        DashboardPage.addTo(routing);
        server =
                WebServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .shutdownHook(false)
                        .routing(routing)
                        .build()
                        .start();
    }

    /** Serves a database to everyone on this machine. */
    static ServedPage of(TestDatabase database, StateSource state, Instant now) {
        return of(database, state, PipelineOperations.NONE, now, List.of());
    }

    /** Serves a database and changes a pipeline. */
    static ServedPage of(
            TestDatabase database, StateSource state, PipelineOperations operations, Instant now) {
        return of(database, state, operations, now, List.of());
    }

    /** Serves a database to one tenant. */
    static ServedPage withKey(TestDatabase database, Instant now, String tenant, String key)
            throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
        var apiKey =
                new ApiKey(
                        "a", HexFormat.of().formatHex(hash), Optional.of(tenant), false, Role.READ);
        return of(database, () -> "{}", PipelineOperations.NONE, now, List.of(apiKey));
    }

    private static ServedPage of(
            TestDatabase database,
            StateSource state,
            PipelineOperations operations,
            Instant now,
            List<ApiKey> keys) {
        return new ServedPage(
                new UsageApi.Settings(
                        database.url(),
                        keys,
                        List.of(),
                        state,
                        operations,
                        UsageApi.Settings.DEFAULT_QUERY_TIME,
                        InstantSource.fixed(now),
                        System::nanoTime));
    }

    String url() {
        return "http://127.0.0.1:" + server.port() + "/";
    }

    @Override
    public void close() {
        api.endStreams();
        server.stop();
        api.close();
    }
}
