package dev.millrace.standalone.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/**
 * A provider that echoes every request in its headers and errors. Accepts one key. The prompt of a
 * job decides how its call ends.
 */
final class EchoingProvider implements AutoCloseable {
    private static final String ANSWER =
            """
            {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,\
            "message":{"role":"assistant","content":"A cat."},"finish_reason":"stop"}],\
            "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";

    private final HttpServer server;
    private final String accepted;

    EchoingProvider(String accepted) throws IOException {
        this.accepted = accepted;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String prompt = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        String key = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        String echo =
                exchange.getRequestURI()
                        + " "
                        + key
                        + " "
                        + exchange.getRequestHeaders().getFirst("X-Gateway");
        String error =
                "{\"error\":{\"message\":\"Refused: %s\",\"type\":\"invalid_request_error\"}}"
                        .formatted(echo);
        exchange.getResponseHeaders().set("x-echo", echo);
        exchange.getResponseHeaders().set("x-request-id", echo);
        if (!key.equals("Bearer " + accepted)) {
            send(exchange, 401, "application/json", error);
        } else if (prompt.contains("end: 400")) {
            send(exchange, 400, "application/json", error);
        } else if (prompt.contains("end: 500")) {
            send(exchange, 500, "application/json", error);
        } else if (prompt.contains("end: text")) {
            send(exchange, 200, "text/plain", "not JSON: " + echo);
        } else if (prompt.contains("end: stream")) {
            send(exchange, 200, "text/event-stream", "data: " + error + "\n\n");
        } else if (prompt.contains("end: redirect")) {
            exchange.getResponseHeaders().set("Location", "/elsewhere?" + echo.replace(' ', '+'));
            send(exchange, 302, "text/plain", "");
        } else if (prompt.contains("end: cut")) {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write(error.getBytes(UTF_8));
            exchange.close();
        } else {
            send(exchange, 200, "application/json", ANSWER);
        }
    }

    private static void send(HttpExchange exchange, int status, String type, String body)
            throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
