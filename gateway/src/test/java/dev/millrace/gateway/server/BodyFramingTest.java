package dev.millrace.gateway.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.GatewayConfig;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.CorsRules;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.GatewayApi;
import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.http.LocalCallers;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends bodies whose bytes could pass for the next request of the connection. */
class BodyFramingTest {
    private static final int READ_TIMEOUT_MILLIS = 600_000;
    private static final String SMUGGLED = "GET /v1/hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private WebServer server;

    @BeforeEach
    void start() throws IOException {
        var api =
                new GatewayApi(
                        List.of(
                                HttpRoute.post("echo", it -> it.sendJson(it.body())),
                                HttpRoute.post("refused", BodyFramingTest::refuse),
                                HttpRoute.get("hello", it -> it.sendJson("{}".getBytes(UTF_8)))),
                        new LocalCallers(CorsRules.NONE),
                        1 << 20,
                        () -> "req-1");
        var routing = HttpRouting.builder();
        api.addTo(routing);
        var builder =
                WebServer.builder().host("127.0.0.1").port(0).shutdownHook(false).routing(routing);
        new ServerSetup(GatewayConfig.DEFAULT, Duration.ofMillis(700), Duration.ofMinutes(10))
                .limits(new SimpleMeterRegistry())
                .accept(builder);
        server = builder.build().start();
    }

    private static void refuse(Exchange exchange) {
        exchange.response().header(HeaderValues.CONNECTION_CLOSE);
        throw ApiError.invalid("body", "is not read");
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    /** Returns all that the server sends until it closes the connection. */
    private String answer(String path, String headers, String rest) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            String request =
                    "POST "
                            + path
                            + " HTTP/1.1\r\nHost: localhost\r\n"
                            + "Content-Type: application/json\r\n"
                            + headers
                            + "\r\n"
                            + rest;
            socket.getOutputStream().write(request.getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (java.net.SocketException e) {
            // The server closed the connection with bytes of the client unread.
            return "";
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5;a=b\r\n0\r\n\r\n", "0x5\r\n0\r\n\r\n", "-5\r\n", "5 \r\n0\r\n\r\n"})
    void nothingIsReadAfterAWrongChunk(String chunk) throws IOException {
        String answer = answer("/v1/echo", "Transfer-Encoding: chunked\r\n", chunk + SMUGGLED);

        assertThat(answer).doesNotContain("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/nothing", "/v1/hello", "/elsewhere"})
    void bodyThatNobodyAskedForIsNoRequest(String path) throws IOException {
        String headers = "Expect: 100-continue\r\nContent-Length: " + SMUGGLED.length() + "\r\n";

        assertThat(answer(path, headers, SMUGGLED))
                .contains("HTTP/1.1 4")
                .doesNotContain("HTTP/1.1 200");
    }

    @Test
    void restOfARefusedBodyIsNoRequest() throws IOException {
        String answer =
                answer("/v1/refused", "Content-Length: " + SMUGGLED.length() + "\r\n", SMUGGLED);

        assertThat(answer).doesNotContain("HTTP/1.1 200");
    }

    @Test
    void bodyIsAskedForWhenItIsRead() throws IOException {
        assertThat(answer("/v1/echo", "Expect: 100-continue\r\nContent-Length: 2\r\n", "{}"))
                .startsWith("HTTP/1.1 100")
                .contains("HTTP/1.1 200");
    }
}
