package dev.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Routes of the gateway on a free port, with a client. */
public final class RunningServer implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int READ_TIMEOUT_MILLIS = 600_000;
    private static final long MAX_BODY_BYTES = 1 << 20;

    private final WebServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    private RunningServer(WebServer server) {
        this.server = server;
    }

    /** Starts a server that answers everyone on this machine. */
    public static RunningServer of(List<HttpRoute> routes) {
        return of(routes, new LocalCallers(CorsRules.NONE));
    }

    /** Starts a server. */
    public static RunningServer of(List<HttpRoute> routes, Authenticator authenticator) {
        return of(routes, authenticator, RequestMeters.unread());
    }

    /** Starts a server that counts its requests. */
    static RunningServer of(
            List<HttpRoute> routes, Authenticator authenticator, RequestMeters meters) {
        return of(routes, authenticator, meters, new BodyMemory(Long.MAX_VALUE));
    }

    /** Starts a server whose requests share the memory of their bodies. */
    static RunningServer of(
            List<HttpRoute> routes,
            Authenticator authenticator,
            RequestMeters meters,
            BodyMemory memory) {
        return of(routes, authenticator, meters, memory, CorsRules.NONE);
    }

    /** Starts a server whose answers the scripts of some web pages may read. */
    public static RunningServer of(List<HttpRoute> routes, CorsRules cors) {
        return of(
                routes,
                new LocalCallers(cors),
                RequestMeters.unread(),
                new BodyMemory(Long.MAX_VALUE),
                cors);
    }

    private static RunningServer of(
            List<HttpRoute> routes,
            Authenticator authenticator,
            RequestMeters meters,
            BodyMemory memory,
            CorsRules cors) {
        var ids = new AtomicLong();
        var api =
                new GatewayApi(
                        routes,
                        authenticator,
                        new GatewayApi.Bodies(MAX_BODY_BYTES, memory),
                        meters,
                        cors,
                        () -> "req-" + ids.incrementAndGet());
        var routing = HttpRouting.builder();
        api.addTo(routing);
        return new RunningServer(
                WebServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .shutdownHook(false)
                        .contentEncoding(new UndecodedContent())
                        .routing(routing)
                        .build()
                        .start());
    }

    /** Returns the address of a path, such as {@code /v1/models}. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    /**
     * Sends a request.
     *
     * @param headers names and values in turn
     */
    public HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(uri(path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        boolean hasType = Stream.of(headers).anyMatch("Content-Type"::equalsIgnoreCase);
        if (!body.isEmpty() && !hasType) {
            request.header("Content-Type", "application/json");
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Sends bytes as they are, and returns the status line and headers of the answer. */
    public String sendRaw(String bytes) throws IOException {
        return sendRaw(bytes, 1);
    }

    /** Sends requests as they are, and returns the status lines and headers of their answers. */
    String sendRaw(String bytes, int answers) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            socket.getOutputStream().write(bytes.getBytes(UTF_8));
            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            var head = new StringBuilder();
            for (int i = 0; i < answers; i++) {
                for (String line = lines.readLine();
                        line != null && !line.isEmpty();
                        line = lines.readLine()) {
                    head.append(line).append('\n');
                }
            }
            return head.toString();
        }
    }

    /** Sends bytes as they are, and leaves the connection open. */
    public Socket begin(String bytes) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.getOutputStream().write(bytes.getBytes(UTF_8));
        return socket;
    }

    /** Parses an answer. */
    public static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }

    @Override
    public void close() {
        client.close();
        server.stop();
    }
}
