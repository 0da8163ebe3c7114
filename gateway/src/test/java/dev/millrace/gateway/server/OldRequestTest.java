package dev.millrace.gateway.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.GatewayConfig;
import dev.millrace.gateway.http.CorsRules;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.GatewayApi;
import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.http.LocalCallers;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends HTTP/1.0, as proxies do by default, and reads until the server ends the connection. */
class OldRequestTest {
    private static final int READ_TIMEOUT_MILLIS = 600_000;

    private WebServer server;

    @BeforeEach
    void start() {
        var api =
                new GatewayApi(
                        List.of(
                                HttpRoute.post("echo", it -> it.sendJson(it.body())),
                                HttpRoute.post("stream", OldRequestTest::stream),
                                HttpRoute.get("hello", it -> it.sendJson("{}".getBytes(UTF_8)))),
                        new LocalCallers(CorsRules.NONE),
                        1 << 20,
                        () -> "req-1");
        var routing = HttpRouting.builder();
        api.addTo(routing);
        routing.get("/page", (_, response) -> response.send("page"));
        api.addWrongPathsTo(routing);
        var builder =
                WebServer.builder().host("127.0.0.1").port(0).shutdownHook(false).routing(routing);
        new ServerSetup(GatewayConfig.DEFAULT, Duration.ofMinutes(10), Duration.ofMinutes(10))
                .limits(new SimpleMeterRegistry())
                .accept(builder);
        server = builder.build().start();
    }

    private static void stream(Exchange exchange) throws IOException {
        byte[] body = exchange.body();
        try (var out = exchange.open(Exchange.EVENTS)) {
            for (int i = 0; i < 3; i++) {
                out.write(("data: " + i + "\n\n").getBytes(UTF_8));
                out.flush();
            }
            out.write(body);
        }
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    /** Sends parts one after another. Returns all until the server ends the connection. */
    private String answer(String... parts) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            for (String part : parts) {
                socket.getOutputStream().write(part.getBytes(UTF_8));
            }
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (SocketException e) {
            // The server closed the connection with bytes of the client unread.
            return "";
        }
    }

    private static String post(String path, String headers, String body) {
        return "POST %s HTTP/1.0\r\nHost: upstream\r\nContent-Type: application/json\r\n%s\r\n%s"
                .formatted(path, headers + "Content-Length: " + body.length() + "\r\n", body);
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Connection: close\r\n", "Connection: keep-alive\r\n"})
    void wholeAnswerEndsTheConnection(String connection) throws IOException {
        String answer = answer(post("/v1/echo", connection, "{\"a\":1}"));

        assertThat(answer).startsWith("HTTP/1.1 200").contains("Connection: close");
        assertThat(body(answer)).isEqualTo("{\"a\":1}");
    }

    @Test
    void streamedAnswerHasNoChunkSizesAndNoLength() throws IOException {
        String answer = answer(post("/v1/stream", "", "{}"));

        assertThat(answer)
                .startsWith("HTTP/1.1 200")
                .doesNotContainIgnoringCase("Transfer-Encoding")
                .doesNotContainIgnoringCase("Content-Length");
        assertThat(body(answer)).isEqualTo("data: 0\n\ndata: 1\n\ndata: 2\n\n{}");
    }

    @Test
    void requestInPiecesIsAnswered() throws IOException {
        String request = post("/v1/echo", "", "{}");

        assertThat(answer(request.split("(?<=.)"))).startsWith("HTTP/1.1 200").endsWith("{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/hello", "/page", "/elsewhere"})
    void requestWithoutHostEndsTheConnection(String path) throws IOException {
        assertThat(answer("GET " + path + " HTTP/1.0\r\n\r\n")).contains("Connection: close");
    }

    @Test
    void requestToAForeignNameIsRefused() throws IOException {
        assertThat(answer("GET /v1/hello HTTP/1.0\r\nHost: evil.example.com\r\n\r\n"))
                .startsWith("HTTP/1.1 403");
    }

    @Test
    void requestAfterTheFirstIsNotAnswered() throws IOException {
        String next = "GET /v1/hello HTTP/1.0\r\n\r\n";

        assertThat(answer(next + next).split("HTTP/1.1 200", -1)).hasSizeLessThanOrEqualTo(2);
        assertThat(answer("GET /v1/hello HTTP/1.1\r\nHost: localhost\r\n\r\n" + next))
                .containsOnlyOnce("HTTP/1.1 200")
                .contains("HTTP/1.1 505")
                .contains("proxy_http_version 1.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\r\n",
                "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                "transfer-encoding : chunked\r\n",
                "Content-Length: 2\r\nContent-Length: 3\r\n",
                "Content-Length: -1\r\n",
                "Host: localhost\r\n",
                "A: b\nTransfer-Encoding: chunked\r\n"
            })
    void requestWhoseEndIsNotCertainIsRefused(String headers) throws IOException {
        String answer =
                answer(
                        "POST /v1/echo HTTP/1.0\r\nHost: localhost\r\n"
                                + "Content-Type: application/json\r\n"
                                + headers
                                + "\r\n2\r\n{}\r\n0\r\n\r\n");

        assertThat(answer).doesNotContain("HTTP/1.1 200");
    }

    @Test
    void headAboveTheLimitIsRefused() throws IOException {
        assertThat(answer("GET /v1/hello HTTP/1.0\r\nA: " + "x".repeat(100_000)))
                .doesNotContain("HTTP/1.1 200");
    }
}
