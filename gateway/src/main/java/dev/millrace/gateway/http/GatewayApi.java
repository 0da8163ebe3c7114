package dev.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.JobLabels;
import dev.millrace.gateway.access.KeyRole;
import dev.millrace.gateway.connection.ClientConnection;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A part of the API of the gateway: names each request, identifies its caller, finds its route, and
 * reports errors in the form that the client expects.
 */
public final class GatewayApi {
    /** The path of the API for clients of OpenAI and Anthropic. */
    public static final String PATH = "/v1";

    private static final Logger LOG = LoggerFactory.getLogger(GatewayApi.class);
    private static final HeaderName ANTHROPIC_REQUEST_ID = HeaderNames.create("request-id");

    /**
     * Tells the official clients whether to repeat a request, as they do by themselves after some
     * statuses.
     */
    public static final HeaderName SHOULD_RETRY = HeaderNames.create("x-should-retry");

    private static final HeaderName ANTHROPIC_VERSION = HeaderNames.create("anthropic-version");

    private final Surface surface;
    private final List<HttpRoute> routes;
    private final Authenticator authenticator;
    private final Supplier<String> requestIds;
    private final Bodies bodies;
    private final RequestMeters meters;
    private final CorsRules cors;
    private volatile boolean isStopping;

    /**
     * A part of the API that serves one kind of callers.
     *
     * @param path such as {@code /v1}
     * @param role the role that its callers need
     */
    public record Surface(String path, KeyRole role) {
        /** For clients of OpenAI and Anthropic. */
        static final Surface CLIENTS = new Surface(PATH, KeyRole.CALL);

        /** Returns the name of a route in metrics. */
        String label(HttpRoute route) {
            return path.equals(PATH)
                    ? route.template()
                    : path.substring(1) + "/" + route.template();
        }

        private ApiStyle style(String below, boolean hasAnthropicVersion) {
            return path.equals(PATH) ? ApiStyle.of(below, hasAnthropicVersion) : ApiStyle.OPENAI;
        }

        private String below(String path) {
            return path.startsWith(this.path + "/") ? path.substring(this.path.length() + 1) : "";
        }
    }

    /**
     * The bounds of bodies that are held in memory.
     *
     * @param maxBytes maximum size of one
     * @param memory memory of all
     */
    public record Bodies(long maxBytes, BodyMemory memory) {}

    /**
     * Creates the API without a limit for the total memory of bodies.
     *
     * @param maxBodyBytes maximum size of a request's body that is held in memory
     * @param requestIds creates an id for each request without one
     */
    public GatewayApi(
            List<HttpRoute> routes,
            Authenticator authenticator,
            long maxBodyBytes,
            Supplier<String> requestIds) {
        this(
                routes,
                authenticator,
                new Bodies(maxBodyBytes, new BodyMemory(Long.MAX_VALUE)),
                RequestMeters.unread(),
                CorsRules.NONE,
                requestIds);
    }

    /**
     * Creates the API for clients of OpenAI and Anthropic.
     *
     * @param cors the web pages that may read answers
     * @param requestIds creates an id for each request without one
     */
    public GatewayApi(
            List<HttpRoute> routes,
            Authenticator authenticator,
            Bodies bodies,
            RequestMeters meters,
            CorsRules cors,
            Supplier<String> requestIds) {
        this(Surface.CLIENTS, routes, authenticator, bodies, meters, cors, requestIds);
    }

    /**
     * Creates a part of the API.
     *
     * @param cors the web pages that may read answers
     * @param requestIds creates an id for each request without one
     */
    public GatewayApi(
            Surface surface,
            List<HttpRoute> routes,
            Authenticator authenticator,
            Bodies bodies,
            RequestMeters meters,
            CorsRules cors,
            Supplier<String> requestIds) {
        this.surface = surface;
        this.bodies = bodies;
        this.meters = meters;
        this.cors = cors;
        this.routes = List.copyOf(routes);
        this.authenticator = authenticator;
        this.requestIds = requestIds;
    }

    /** Creates a part of the API whose requests have no bodies, for pages of this machine only. */
    public static GatewayApi withoutBodies(
            Surface surface,
            List<HttpRoute> routes,
            Authenticator authenticator,
            Supplier<String> requestIds) {
        return new GatewayApi(
                surface,
                routes,
                authenticator,
                new Bodies(0, new BodyMemory(0)),
                RequestMeters.unread(),
                CorsRules.NONE,
                requestIds);
    }

    /** Adds the API to the routes of a web server. */
    public void addTo(HttpRules rules) {
        rules.any(surface.path(), this::handle).any(surface.path() + "/*", this::handle);
    }

    /** Names the right path to requests that no route of a web server answers. Added last. */
    public void addWrongPathsTo(HttpRules rules) {
        rules.any(
                (request, response) -> {
                    String path = request.prologue().uriPath().rawPath();
                    ApiStyle style = style(request, path.substring(path.lastIndexOf('/') + 1));
                    send(wrongPath(request), request, response, requestIds.get(), style);
                    closeIfAnnounced(response);
                });
    }

    /** Answers every later request with an error that asks the client to repeat it. */
    public void stopAccepting() {
        isStopping = true;
    }

    private void handle(ServerRequest request, ServerResponse response) throws IOException {
        if (cors.apply(request, response)) {
            return;
        }
        RequestMeters.Sample sample = meters.begin();
        Status status = null;
        try {
            handle(request, response, sample);
            status = response.status();
        } finally {
            sample.end(status);
        }
        closeIfAnnounced(response);
    }

    private void handle(ServerRequest request, ServerResponse response, RequestMeters.Sample sample)
            throws IOException {
        String requestId =
                request.headers()
                        .first(Exchange.REQUEST_ID)
                        .filter(JobLabels::isRequestId)
                        .orElseGet(requestIds);
        String path = request.prologue().uriPath().rawPath();
        String below = surface.below(path);
        ApiStyle style = style(request, below);
        response.header(Exchange.REQUEST_ID, requestId);
        switch (style) {
            case OPENAI -> {}
            case ANTHROPIC -> response.header(ANTHROPIC_REQUEST_ID, requestId);
        }
        try {
            requireRunning();
            answer(request, response, below, requestId, style, sample);
        } catch (ApiError e) {
            sample.onRefused(e);
            send(e, request, response, requestId, style);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            send(stopping(), request, response, requestId, style);
        } catch (CloseConnectionException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("request_id", requestId)
                    .addKeyValue("path", path)
                    .setCause(e)
                    .log("cannot answer a request");
            send(ApiError.internal(), request, response, requestId, style);
        }
    }

    /**
     * Ends the connection after an answer with {@code Connection: close}. Otherwise, the server
     * would read the rest of a refused body as the next request.
     *
     * @throws CloseConnectionException if the connection must end
     */
    private static void closeIfAnnounced(ServerResponse response) {
        if (response.headers().contains(HeaderValues.CONNECTION_CLOSE)) {
            throw new CloseConnectionException("the answer announces the end of the connection");
        }
    }

    private void requireRunning() {
        if (isStopping) {
            throw stopping();
        }
    }

    private static ApiError stopping() {
        return ApiError.overloaded(Duration.ofSeconds(1), "the gateway is stopping");
    }

    private void answer(
            ServerRequest request,
            ServerResponse response,
            String below,
            String requestId,
            ApiStyle style,
            RequestMeters.Sample sample)
            throws IOException, InterruptedException {
        Caller caller = authenticator.authenticate(request);
        requireRole(caller);
        List<String> path = segments(below);
        var allowed = new TreeSet<String>();
        for (HttpRoute route : routes) {
            Optional<List<String>> variables = route.match(path);
            if (variables.isPresent()) {
                if (route.answers(request.prologue().method())) {
                    sample.onRoute(surface.label(route), route.method());
                    try (var memory = bodies.memory().begin(caller.tenant());
                            var _ = ClientConnection.accept(caller.tenant())) {
                        route.handler()
                                .handle(
                                        new Exchange(
                                                requestId,
                                                style,
                                                caller,
                                                variables.get(),
                                                bodies.maxBytes(),
                                                memory,
                                                request,
                                                response));
                    }
                    return;
                }
                allowed.add(route.method().text());
                if (route.answers(Method.HEAD)) {
                    allowed.add(Method.HEAD.text());
                }
            }
        }
        if (allowed.isEmpty()) {
            throw wrongPath(request);
        }
        response.header(HeaderNames.ALLOW, String.join(", ", allowed));
        throw ApiError.of(
                ErrorKind.METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "%s is not allowed; use %s"
                        .formatted(
                                request.prologue().method().text(), String.join(" or ", allowed)));
    }

    private ApiStyle style(ServerRequest request, String below) {
        return surface.style(below, request.headers().contains(ANTHROPIC_VERSION));
    }

    private ApiError wrongPath(ServerRequest request) {
        return WrongPath.error(
                request.prologue().method(),
                request.prologue().uriPath().rawPath(),
                surface.path(),
                routes);
    }

    private void requireRole(Caller caller) {
        if (!caller.rights().permits(surface.role())) {
            throw ApiError.of(
                    ErrorKind.FORBIDDEN,
                    "forbidden",
                    "the key \"%s\" does not have the role %s, which %s needs; see \"millrace keys"
                                    .formatted(caller.name(), surface.role().word(), surface.path())
                            + " create --role\"");
        }
    }

    /** Returns the decoded segments of a path. */
    private static List<String> segments(String rawPath) {
        var segments = new ArrayList<String>();
        try {
            for (String raw : rawPath.split("/", -1)) {
                segments.add(URLDecoder.decode(raw.replace("+", "%2B"), UTF_8));
            }
        } catch (IllegalArgumentException e) {
            throw ApiError.invalid("path", "the path has a wrong percent-encoding");
        }
        return segments;
    }

    /** Sends an error. Cuts off an answer that has already begun, so that its receiver notices. */
    private static void send(
            ApiError error,
            ServerRequest request,
            ServerResponse response,
            String requestId,
            ApiStyle style) {
        // A buffered answer is dropped, together with its Content-Length.
        if (response.isSent()
                || response.bytesWritten() > 0
                || (response instanceof RoutingResponse begun && !begun.resetStream())) {
            throw error;
        }
        response.headers().remove(HeaderNames.CONTENT_LENGTH);
        response.headers().remove(HeaderNames.CONTENT_ENCODING);
        error.retryAfter()
                .ifPresent(
                        it ->
                                response.header(
                                        HeaderNames.RETRY_AFTER,
                                        Long.toString(
                                                Math.max(1, it.plusMillis(999).toSeconds()))));
        if (error.kind() == ErrorKind.UNAUTHENTICATED) {
            response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        if (!error.mayRetry()) {
            response.header(SHOULD_RETRY, "false");
        }
        Exchange.secure(response.status(Status.create(error.kind().status())))
                .header(HeaderNames.CONTENT_TYPE, "application/json");
        Exchange.sendBody(request, response, style.body(error, requestId));
    }
}
