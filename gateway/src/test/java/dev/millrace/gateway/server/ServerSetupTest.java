package dev.millrace.gateway.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends what no well-behaved client sends. */
@Tag("slow")
class ServerSetupTest {
    private static final int READ_TIMEOUT_MILLIS = 600_000;
    private static final String HOST = "Host: localhost\r\n";

    private final Semaphore asked = new Semaphore(0);
    private final CompletableFuture<Void> uploading = new CompletableFuture<>();
    private final CountDownLatch answerable = new CountDownLatch(1);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private WebServer server;

    @BeforeEach
    void start() throws IOException {
        start(Duration.ofMillis(700), Duration.ofMinutes(10));
    }

    private void start(Duration read, Duration headers) throws IOException {
        var api =
                new GatewayApi(
                        List.of(
                                HttpRoute.get("slow", this::answerLater),
                                HttpRoute.post("echo", it -> it.sendJson(it.body())),
                                HttpRoute.post("upload", this::receive),
                                HttpRoute.get("hello", it -> it.sendJson("{}".getBytes(UTF_8)))),
                        new LocalCallers(CorsRules.NONE),
                        1 << 20,
                        () -> "req-1");
        var routing = HttpRouting.builder();
        api.addTo(routing);
        var builder =
                WebServer.builder().host("127.0.0.1").port(0).shutdownHook(false).routing(routing);
        new ServerSetup(config(), read, headers).limits(registry).accept(builder);
        server = builder.build().start();
    }

    private void answerLater(Exchange exchange) throws InterruptedException {
        asked.release();
        answerable.await();
        exchange.sendJson("{}".getBytes(UTF_8));
    }

    private void receive(Exchange exchange) throws IOException {
        uploading.complete(null);
        exchange.sendJson(exchange.body());
    }

    private static GatewayConfig config() {
        GatewayConfig normal = GatewayConfig.DEFAULT;
        return new GatewayConfig(
                normal.listen(),
                normal.timeout(),
                normal.unavailableAfter(),
                normal.files(),
                Optional.empty(),
                new GatewayConfig.Limits(1 << 20, 2),
                normal.cors(),
                normal.requireKeys());
    }

    @AfterEach
    void stop() {
        answerable.countDown();
        server.stop();
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
        socket.getOutputStream().flush();
    }

    /** Reads until the server closes the connection, which it does when no request follows. */
    private static String toEnd(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (java.net.SocketException e) {
            // The server closed the connection with bytes of the client unread.
            return "";
        }
    }

    private String answer(String request) throws IOException {
        try (Socket socket = connect()) {
            write(socket, request);
            return toEnd(socket);
        } catch (java.net.SocketException e) {
            // The server closed the connection while the client was still sending.
            return "";
        }
    }

    private static String get(String headers) {
        return "GET /v1/hello HTTP/1.1\r\n" + HOST + "Connection: close\r\n" + headers + "\r\n";
    }

    @Test
    void connectionsUseAtMostHalfOfTheOpenFiles() {
        assertThat(ServerSetup.connections(20_000, 1_048_576)).isEqualTo(20_000);
        assertThat(ServerSetup.connections(20_000, 20_000)).isEqualTo(9_744);
        assertThat(ServerSetup.connections(200, 1_024)).isEqualTo(200);
        assertThat(ServerSetup.connections(20_000, 256)).isEqualTo(1);
    }

    @Test
    void aProperRequestIsAnswered() throws IOException {
        assertThat(answer(get(""))).startsWith("HTTP/1.1 200");
    }

    @Nested
    class ASlowClient {
        @Test
        void thatSendsNothingIsDisconnected() throws IOException {
            assertThat(answer("")).isEmpty();
        }

        @Test
        void thatStopsInTheFirstLineIsDisconnected() throws IOException {
            assertThat(answer("GET /v1/hel")).doesNotContain("200");
        }

        @Test
        void thatSendsItsHeadersByteByByteIsDisconnected() throws IOException {
            server.stop();
            start(Duration.ofMillis(700), Duration.ofMillis(500));
            try (Socket socket = connect()) {
                write(socket, "GET /v1/hello HTTP/1.1\r\n" + HOST + "X-Slow: ");
                // Each byte begins the timeout of the socket again, so only the deadline ends this.
                int sent = 0;
                try {
                    for (; sent < 200; sent++) {
                        write(socket, "a");
                        socket.setSoTimeout(100);
                        if (hasEnded(socket)) {
                            break;
                        }
                    }
                } catch (IOException e) {
                    assertThat(e).isNotNull();
                }
                assertThat(sent).isLessThan(200);
            }
        }

        private static boolean hasEnded(Socket socket) throws IOException {
            try {
                return socket.getInputStream().read() < 0;
            } catch (java.net.SocketTimeoutException e) {
                return false;
            }
        }

        @Test
        void thatDoesNotSendItsBodyIsDisconnected() throws IOException {
            assertThat(
                            answer(
                                    "POST /v1/echo HTTP/1.1\r\n"
                                            + "Content-Type: application/json\r\n"
                                            + HOST
                                            + "Content-Length: 100\r\n\r\nabc"))
                    .doesNotContain("HTTP/1.1 200");
        }
    }

    @Nested
    class AMalformedRequest {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "X-Bad: a\u0000b\r\n",
                    "X-Bad\r\n",
                    "X Bad: a\r\n",
                    "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
                    "Content-Length: 5\r\nContent-Length: 6\r\n",
                    "Content-Length: -1\r\n",
                    "Content-Length: 1x\r\n",
                    "Transfer-Encoding: chunked, identity\r\n",
                    "Host: evil.example\r\n",
                })
        void isRefusedWithoutAnswerToASmuggledRequest(String header) throws IOException {
            String smuggled = "GET /v1/hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
            String answer =
                    answer(
                            "POST /v1/echo HTTP/1.1\r\n"
                                    + "Content-Type: application/json\r\n"
                                    + HOST
                                    + header
                                    + "\r\n0\r\n\r\n"
                                    + smuggled);

            assertThat(answer).doesNotContain("HTTP/1.1 200");
        }

        @ParameterizedTest
        @ValueSource(ints = {40_000, 1_000_000})
        void withLongHeadersIsRefused(int length) throws IOException {
            assertThat(answer(get("X-Long: " + "a".repeat(length) + "\r\n")))
                    .doesNotContain("HTTP/1.1 200");
        }

        @Test
        void withALongPathIsRefused() throws IOException {
            assertThat(answer("GET /v1/" + "a".repeat(20_000) + " HTTP/1.1\r\n" + HOST + "\r\n"))
                    .doesNotContain("HTTP/1.1 200");
        }

        @Test
        void getsAnErrorInTheFormOfItsApi() throws IOException {
            assertThat(answer("GET /v1/hello HTTP/1.1\r\nX Bad: a\r\n\r\n"))
                    .startsWith("HTTP/1.1 400")
                    .contains("\"code\":\"malformed_request\"")
                    .doesNotContain("X Bad");
        }

        @Test
        void withALineBreakInItsIdDoesNotAddAHeader() throws IOException {
            assertThat(answer(get("X-Request-ID: a\rX-Injected: b\r\n")))
                    .doesNotContainIgnoringCase("x-injected");
            assertThat(answer(get("X-Request-ID: a%0d%0aX-Injected: b\r\n")))
                    .doesNotContainIgnoringCase("x-injected");
        }

        @Test
        void leavesThePathsOutsideOfTheApiAlone() throws IOException {
            for (String path : List.of("/", "/v1/../etc/passwd", "/v1/%2e%2e/x", "/v2/hello")) {
                assertThat(
                                answer(
                                        "GET "
                                                + path
                                                + " HTTP/1.1\r\n"
                                                + HOST
                                                + "Connection: close\r\n\r\n"))
                        .as(path)
                        .doesNotContain("HTTP/1.1 200")
                        .startsWith("HTTP/1.1 4");
            }
        }
    }

    @Nested
    class ABodyAboveTheLimit {
        private static final String SMUGGLED = "GET /v1/hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

        @Test
        void isRefusedBeforeItIsSent() throws IOException {
            String answer =
                    answer(
                            "POST /v1/echo HTTP/1.1\r\n"
                                    + "Content-Type: application/json\r\n"
                                    + HOST
                                    + "Content-Length: 9999999999\r\n\r\n"
                                    + SMUGGLED);

            assertThat(answer).startsWith("HTTP/1.1 413").doesNotContain("HTTP/1.1 200");
        }

        @Test
        void isRefusedWhenItsLengthIsUnknown() throws IOException {
            String answer =
                    answer(
                            "POST /v1/echo HTTP/1.1\r\n"
                                    + "Content-Type: application/json\r\n"
                                    + HOST
                                    + "Transfer-Encoding: chunked\r\n\r\n"
                                    + "200000\r\n"
                                    + "a".repeat(0x1fffff)
                                    + "\n\r\n"
                                    + SMUGGLED);

            assertThat(answer).doesNotContain("HTTP/1.1 200");
        }
    }

    @Nested
    class AChunk {
        private String chunk(String line) throws IOException {
            return answer(
                    "POST /v1/echo HTTP/1.1\r\n"
                            + "Content-Type: application/json\r\n"
                            + HOST
                            + "Transfer-Encoding: chunked\r\n\r\n"
                            + line);
        }

        @Test
        void thatIsLargerThanMemoryIsNotCollected() throws IOException {
            String megabyte = "a".repeat(1 << 20);
            int sent = 0;
            try (Socket socket = connect()) {
                write(
                        socket,
                        "POST /v1/echo HTTP/1.1\r\n"
                                + "Content-Type: application/json\r\n"
                                + HOST
                                + "Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n");
                for (; sent < 100; sent++) {
                    write(socket, megabyte);
                }
            } catch (IOException e) {
                assertThat(e).isNotNull();
            }
            assertThat(sent).isLessThan(100);
        }

        @Test
        void whoseLengthHasNoEndIsNotCollected() throws IOException {
            assertThat(chunk("0".repeat(9 << 20))).doesNotContain("HTTP/1.1 200");
        }

        @Test
        void ofUsualSizeIsRead() throws IOException {
            assertThat(chunk("5\r\nhello\r\n0\r\n\r\n"))
                    .startsWith("HTTP/1.1 200")
                    .endsWith("hello");
        }
    }

    @Test
    void aStopWaitsForRunningAnswersButNotForIdleConnections() throws Exception {
        try (Socket idle = connect()) {
            write(idle, get("").replace("Connection: close\r\n", ""));
            assertThat(idle.getInputStream().read()).isEqualTo('H');
            try (Socket waiting = connect()) {
                write(waiting, get("").replace("/v1/hello", "/v1/slow"));
                asked.acquire();
                var stopped = new CompletableFuture<Void>();
                var _ = Thread.ofVirtual().start(() -> stopped.complete(stopServer()));
                await().until(() -> !isListening());

                answerable.countDown();

                assertThat(toEnd(waiting)).startsWith("HTTP/1.1 200");
                assertThat(stopped).succeedsWithin(Duration.ofMinutes(10));
            }
        }
    }

    private boolean isListening() {
        try (Socket _ = connect()) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private @Nullable Void stopServer() {
        server.stop();
        return null;
    }

    @Nested
    class WithSilentConnections {
        @BeforeEach
        void waitLonger() throws IOException {
            server.stop();
            registry.clear();
            start(Duration.ofMinutes(10), Duration.ofMinutes(10));
        }

        @Test
        void aNewOneTakesThePlaceOfTheOldest() throws Exception {
            try (Socket oldest = connect();
                    Socket busy = connect()) {
                write(busy, get("").replace("/v1/hello", "/v1/slow"));
                asked.acquire();

                assertThat(answer(get(""))).startsWith("HTTP/1.1 200");

                assertThat(toEnd(oldest)).isEmpty();
                answerable.countDown();
                assertThat(toEnd(busy)).startsWith("HTTP/1.1 200");
            }
        }

        @Test
        void anUploadKeepsItsPlace() throws Exception {
            try (Socket busy = connect();
                    Socket upload = connect()) {
                write(busy, get("").replace("/v1/hello", "/v1/slow"));
                write(
                        upload,
                        get("Content-Type: application/json\r\nContent-Length: 2\r\n")
                                .replace("GET /v1/hello", "POST /v1/upload"));
                asked.acquire();
                uploading.join();

                assertThat(answer(get(""))).startsWith("HTTP/1.1 503");

                write(upload, "{}");
                assertThat(toEnd(upload)).startsWith("HTTP/1.1 200").endsWith("{}");
            }
        }

        @Test
        void oneThatNeverSendsIsDisconnectedBeforeOthers() throws IOException {
            try (Socket silent = connect()) {
                assertThat(toEnd(silent)).isEmpty();
            }
        }
    }

    private double connections() {
        return registry.get("millrace.gateway.connections").gauge().value();
    }

    @Nested
    class AboveTheLimitOfConnections {
        private Socket first;
        private Socket second;

        @BeforeEach
        void fill() throws Exception {
            first = connect();
            second = connect();
            for (Socket socket : List.of(first, second)) {
                write(socket, get("").replace("/v1/hello", "/v1/slow"));
            }
            // A connection whose request was not read yet would give its place to the next one.
            asked.acquire(2);
            assertThat(connections()).isEqualTo(2);
        }

        @AfterEach
        void empty() throws IOException {
            first.close();
            second.close();
        }

        @Test
        void aRequestIsRefusedWithAnAnswerAndACleanEnd() throws IOException {
            try (Socket third = connect()) {
                write(third, get(""));

                assertThat(new String(third.getInputStream().readAllBytes(), UTF_8))
                        .startsWith("HTTP/1.1 503 ")
                        .contains("\r\nRetry-After: 1\r\n")
                        .contains("\r\nConnection: close\r\n")
                        .contains("\"code\":\"overloaded\"");
            }
            assertThat(
                            registry.get("millrace.gateway.connections.refused")
                                    .functionCounter()
                                    .count())
                    .isEqualTo(1);
        }

        @Test
        void aBodyDoesNotCostTheClientItsAnswer() throws Exception {
            try (var client = HttpClient.newHttpClient()) {
                var request =
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://127.0.0.1:"
                                                        + server.port()
                                                        + "/v1/messages"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("a".repeat(500_000)))
                                .build();

                HttpResponse<String> answer =
                        client.send(request, HttpResponse.BodyHandlers.ofString());

                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.body()).contains("\"type\":\"overloaded_error\"");
            }
        }

        @Test
        void aClientThatSendsNothingIsDisconnected() throws IOException {
            assertThat(answer("")).isEmpty();
        }

        @Test
        void aClientIsServedWhenAnotherOneHasGone() throws IOException {
            answerable.countDown();

            await().until(() -> answer(get("")).startsWith("HTTP/1.1 200"));
        }
    }
}
