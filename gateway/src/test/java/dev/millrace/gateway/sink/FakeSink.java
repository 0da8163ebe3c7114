package dev.millrace.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.contracts.config.provider.TlsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Answers with prepared texts, by path and query, and remembers what was asked. */
public final class FakeSink implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> keys = Collections.synchronizedList(new ArrayList<>());

    private record Answer(int status, String body) {}

    public FakeSink() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** The header {@code Retry-After} of answers with the status 429. */
    public static final String RETRY_AFTER = "7";

    /** Sets the answer for a path with its query, below {@code /api/v1/}. */
    public void answer(String path, int status, String body) {
        answers.put("/api/v1/" + path, new Answer(status, body));
    }

    /** Returns settings of a client. */
    public SinkSettings settings() {
        return new SinkSettings(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                Optional.empty(),
                TlsSettings.DEFAULT,
                Duration.ofMinutes(10));
    }

    /** Returns the header {@code Authorization} of each request that had one. */
    List<String> keys() {
        return List.copyOf(keys);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String key = exchange.getRequestHeaders().getFirst("Authorization");
        if (key != null) {
            keys.add(key);
        }
        Answer answer =
                answers.getOrDefault(
                        exchange.getRequestURI().toString(), new Answer(404, "{\"error\":{}}"));
        byte[] body = answer.body().getBytes(UTF_8);
        if (answer.status() == 429) {
            exchange.getResponseHeaders().set("Retry-After", RETRY_AFTER);
        }
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
