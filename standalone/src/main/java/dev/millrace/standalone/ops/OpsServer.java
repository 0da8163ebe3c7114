package dev.millrace.standalone.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.ListenAddress;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.service.Health;
import dev.millrace.gateway.connection.ConnectionLimit;
import dev.millrace.gateway.connection.WatchedConnectionSelector;
import dev.millrace.gateway.http.LocalRequests;
import dev.millrace.standalone.console.UserError;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;

/**
 * Serves {@code /metrics}, {@code /health}, {@code /health/live} and {@code /health/ready} for all
 * services of this process. A health path answers 200 when every service is healthy and 503
 * otherwise, with a JSON object that gives the reasons.
 */
public final class OpsServer implements AutoCloseable {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** Longest wait for a client. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final HttpListener listener;

    private OpsServer(HttpListener listener) {
        this.listener = listener;
    }

    /**
     * Starts the server.
     *
     * @param health the health of each part of this process, by part name
     * @throws UserError when a configured address, or every port tried for a default one, cannot be
     *     bound
     */
    public static OpsServer start(
            BindAddress address,
            PrometheusMeterRegistry registry,
            Supplier<Map<String, Health>> health) {
        var routing = HttpRouting.builder();
        if (LocalRequests.isThisMachine(address.address().toString())) {
            routing.addFilter(OpsServer::refuseForeign);
        }
        // Load balancers and monitors also use HEAD.
        for (Method method : List.of(Method.GET, Method.HEAD)) {
            routing.route(method, "/metrics", (in, out) -> send(in, out, registry))
                    .route(method, "/health", health(health, Health::ready))
                    .route(method, "/health/ready", health(health, Health::ready))
                    .route(method, "/health/live", health(health, Health::live));
        }
        return new OpsServer(
                HttpListener.start(
                        address,
                        "metrics.listen",
                        routing,
                        ServerTls.NONE,
                        OpsServer::acceptOldClients));
    }

    /** Accepts HTTP/1.0, which the health checks of HAProxy speak. */
    private static void acceptOldClients(WebServerConfig.Builder server) {
        server.protocolsDiscoverServices(false)
                .addConnectionSelector(
                        new WatchedConnectionSelector(
                                Http1Config.create(), PATIENCE, ConnectionLimit.none()));
    }

    /** Refuses requests of web pages and proxies to a server that only this machine reaches. */
    private static void refuseForeign(
            FilterChain chain, RoutingRequest request, RoutingResponse response) {
        LocalRequests.refusal(
                        request.remotePeer().address(),
                        request.authority(),
                        request.headers().stream().map(Header::name),
                        name -> request.headers().first(HeaderNames.create(name)),
                        Set.of())
                .ifPresentOrElse(
                        refusal ->
                                response.status(Status.FORBIDDEN_403)
                                        .send(refusal.text() + "; see metrics.listen\n"),
                        chain::proceed);
    }

    /** Returns the bound address, with the actual port. */
    public ListenAddress address() {
        return listener.address();
    }

    private static void send(
            ServerRequest request, ServerResponse response, PrometheusMeterRegistry registry) {
        response.header(HeaderNames.CONTENT_TYPE, METRICS_TYPE);
        send(request, response, registry.scrape().getBytes(UTF_8));
    }

    private static Handler health(
            Supplier<Map<String, Health>> health, Predicate<Health> isHealthy) {
        return (request, response) -> {
            Map<String, Health> present = health.get();
            boolean up = present.values().stream().allMatch(isHealthy);
            response.status(up ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503)
                    .header(HeaderNames.CONTENT_TYPE, "application/json");
            send(request, response, toJson(up, present));
        };
    }

    /** Sends a body; in answer to HEAD, only its length. */
    private static void send(ServerRequest request, ServerResponse response, byte[] body) {
        if (request.prologue().method().equals(Method.HEAD)) {
            response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(body.length)).send();
        } else {
            response.send(body);
        }
    }

    private static byte[] toJson(boolean up, Map<String, Health> health) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("status", up ? "UP" : "DOWN");
            json.writeObjectPropertyStart("services");
            new TreeMap<>(health)
                    .forEach(
                            (name, state) -> {
                                json.writeObjectPropertyStart(name);
                                json.writeBooleanProperty("live", state.live());
                                json.writeBooleanProperty("ready", state.ready());
                                json.writeStringProperty("detail", state.detail());
                                json.writeEndObject();
                            });
            json.writeEndObject();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    @Override
    public void close() {
        listener.close();
    }
}
