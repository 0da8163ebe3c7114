package dev.millrace.sink.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.config.SinkConfig.ApiKey;
import dev.millrace.contracts.config.SinkConfig.Role;
import dev.millrace.sink.pipeline.PipelineOperations;
import dev.millrace.sink.pipeline.StateSource;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The usage API: finds the route of each request, checks the caller, and reports errors. */
public final class UsageApi implements AutoCloseable {
    /** The path of the API. */
    public static final String PATH = "/api/v1";

    private static final Logger LOG = LoggerFactory.getLogger(UsageApi.class);

    private final Authenticator authenticator;
    private final Connections connections;
    private final EventRoutes events;
    private final List<Route> routes;

    /**
     * The settings of the API.
     *
     * @param jdbcUrl the database of the sink
     * @param keys keys of the callers; none: every caller on this machine may do everything
     * @param models the models of the catalog
     * @param state reads the state of the pipeline
     * @param operations changes the pipeline
     * @param queryTime longest duration of a database query
     * @param clock the present time, from which ends of batches are estimated
     * @param nanoTicker ticker for durations
     */
    public record Settings(
            String jdbcUrl,
            List<ApiKey> keys,
            List<Model> models,
            StateSource state,
            PipelineOperations operations,
            Duration queryTime,
            InstantSource clock,
            LongSupplier nanoTicker) {
        /** The default of {@link #queryTime}. */
        public static final Duration DEFAULT_QUERY_TIME = Duration.ofSeconds(10);

        public Settings {
            keys = List.copyOf(keys);
            models = List.copyOf(models);
        }

        /** Masks the database URL, which may contain a password. */
        @Override
        public String toString() {
            return "Settings[keys=%s, queryTime=%s]".formatted(keys, queryTime);
        }
    }

    /** Creates an API that opens its database connections when requests need them. */
    public UsageApi(Settings settings) {
        this(
                settings,
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("millrace-api-timer").daemon().factory()));
    }

    /**
     * @param timer interrupts slow queries and slow receivers; stopped with the API
     */
    UsageApi(Settings settings, ScheduledExecutorService timer) {
        authenticator = new Authenticator(settings.keys());
        connections = new Connections(settings.jdbcUrl(), settings.queryTime(), timer);
        events =
                new EventRoutes(
                        connections, settings.state(), settings.clock(), settings.nanoTicker());
        routes =
                Stream.of(
                                events.routes(),
                                new BatchRoutes(connections, settings.clock()).routes(),
                                new UsageRoutes(connections).routes(),
                                new OperationRoutes(
                                                settings.operations(),
                                                connections,
                                                settings.clock())
                                        .routes(),
                                new DeadLetterRoutes(connections).routes(),
                                new PipelineRoutes(settings.models(), settings.state()).routes())
                        .flatMap(List::stream)
                        .toList();
    }

    /** Adds the API to the routes of a web server. */
    public void addTo(HttpRules rules) {
        rules.any(PATH, this::handle).any(PATH + "/*", this::handle);
    }

    /** Returns all routes, for the test of their description. */
    List<Route> routes() {
        return routes;
    }

    private void handle(ServerRequest request, ServerResponse response) throws IOException {
        try {
            answer(request, response);
        } catch (ApiError e) {
            send(e, request, response);
        } catch (CloseConnectionException e) {
            // The receiver has left. The web server closes the connection without a message.
            throw e;
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("path", request.prologue().uriPath().path())
                    .setCause(e)
                    .log("cannot answer a request");
            send(ApiError.internal(), request, response);
        }
    }

    private void answer(ServerRequest request, ServerResponse response) throws IOException {
        Caller caller = authenticator.authenticate(request);
        List<String> path = segments(request.prologue().uriPath().rawPath());
        for (Route route : routes) {
            Optional<List<String>> variables = route.match(path);
            if (variables.isPresent()) {
                check(request, response, caller, route);
                var parameters = new Parameters(request.query(), route.parameters());
                route.handler()
                        .handle(new Call(caller, variables.get(), parameters, request, response));
                return;
            }
        }
        throw ApiError.notFound("there is no such path; see " + PATH + "/openapi.json");
    }

    private static void check(
            ServerRequest request, ServerResponse response, Caller caller, Route route) {
        if (!route.answers(request.prologue().method())) {
            response.header(HeaderNames.ALLOW, route.allowed());
            throw ApiError.methodNotAllowed(
                    request.prologue().method().text(), route.method().text());
        }
        if (route.isOperation() && caller.role() != Role.OPERATE) {
            throw ApiError.forbidden("this path needs a key with the role operate", null);
        }
        if (route.needsAllTenants() && caller.tenant().isPresent()) {
            throw ApiError.forbidden("this path needs a key for all tenants", null);
        }
    }

    /** Returns the decoded segments below {@link #PATH}. */
    private static List<String> segments(String rawPath) {
        String below = rawPath.substring(Math.min(rawPath.length(), PATH.length() + 1));
        var segments = new ArrayList<String>();
        try {
            for (String raw : below.split("/", -1)) {
                segments.add(URLDecoder.decode(raw.replace("+", "%2B"), UTF_8));
            }
        } catch (IllegalArgumentException e) {
            throw ApiError.parameter("path", "the path has a wrong percent-encoding");
        }
        return segments;
    }

    /**
     * Sends an error. An answer that has begun is cut off instead, so that its receiver notices.
     */
    private static void send(ApiError error, ServerRequest request, ServerResponse response) {
        if (response.isSent() || response.bytesWritten() > 0) {
            throw error;
        }
        response.headers().remove(HeaderNames.CONTENT_ENCODING);
        switch (error.status()) {
            case 401 -> response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
            case 429, 503 -> response.header(HeaderNames.RETRY_AFTER, "1");
            default -> {}
        }
        Call.send(
                request,
                response,
                Status.create(error.status()),
                Call.object(
                        json -> {
                            json.writeObjectPropertyStart("error");
                            json.writeStringProperty("code", error.code());
                            json.writeStringProperty("message", error.text());
                            json.writeStringProperty("param", error.param());
                            json.writeEndObject();
                        }));
    }

    /** Ends the streams of events; call before the web server stops. */
    public void endStreams() {
        events.stop();
    }

    /** Stops the cancellation of queries; call after the web server has stopped. */
    @Override
    public void close() {
        connections.close();
    }
}
