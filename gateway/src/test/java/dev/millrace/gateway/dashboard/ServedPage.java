package dev.millrace.gateway.dashboard;

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
import dev.millrace.gateway.usage.PipelineOperations;
import dev.millrace.gateway.usage.StateSource;
import dev.millrace.gateway.usage.UsageApi;
import dev.millrace.store.fixture.TestDatabase;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** The dashboard and the usage API on a free port. */
final class ServedPage implements AutoCloseable {
    private final Connections connections;
    private final UsageApi api;
    private final WebServer server;

    private ServedPage(
            TestDatabase database,
            StateSource state,
            PipelineOperations operations,
            JobWaits waits,
            Instant now,
            Authenticator authenticator) {
        InstantSource clock = InstantSource.fixed(now);
        connections = new Connections(database.url(), Connections.QUERY_TIME, HeapShare.AMPLE);
        api =
                new UsageApi(
                        connections,
                        new DatabaseResults(connections, clock),
                        new UsageApi.Parts(
                                List.of(), state, operations, waits, clock, System::nanoTime));
        var routing = HttpRouting.builder();
        GatewayApi.withoutBodies(UsageApi.SURFACE, api.routes(), authenticator, () -> "req_1")
                .addTo(routing);
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
        return of(database, state, PipelineOperations.NONE, now);
    }

    /** Serves a database and changes a pipeline. */
    static ServedPage of(
            TestDatabase database, StateSource state, PipelineOperations operations, Instant now) {
        return new ServedPage(
                database, state, operations, JobWaits.NONE, now, new LocalCallers(CorsRules.NONE));
    }

    /** Serves a database and why its jobs wait. */
    static ServedPage withWaits(
            TestDatabase database, StateSource state, JobWaits waits, Instant now) {
        return new ServedPage(
                database,
                state,
                PipelineOperations.NONE,
                waits,
                now,
                new LocalCallers(CorsRules.NONE));
    }

    /** Serves a database to one tenant. */
    static ServedPage withKey(TestDatabase database, Instant now, String tenant, String key) {
        return new ServedPage(
                database,
                () -> "{}",
                PipelineOperations.NONE,
                JobWaits.NONE,
                now,
                request -> caller(request, tenant, key));
    }

    private static Caller caller(ServerRequest request, String tenant, String key) {
        if (!request.headers()
                .first(HeaderNames.AUTHORIZATION)
                .equals(Optional.of("Bearer " + key))) {
            throw ApiError.of(ErrorKind.UNAUTHENTICATED, "invalid_api_key", "no key");
        }
        return new Caller(
                "a",
                tenant,
                Caller.SHARED_BATCH,
                Optional.empty(),
                new KeyRights(EnumSet.of(KeyRole.READ), false),
                CallerLimits.NONE);
    }

    String url() {
        return "http://127.0.0.1:" + server.port() + "/";
    }

    @Override
    public void close() {
        api.endStreams();
        server.stop();
        connections.close();
    }
}
