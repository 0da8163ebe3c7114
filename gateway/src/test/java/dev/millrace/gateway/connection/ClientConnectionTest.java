package dev.millrace.gateway.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests real connections to a web server whose only handler waits until the test releases it. */
class ClientConnectionTest {
    private final CountDownLatch waiting = new CountDownLatch(1);
    private final CompletableFuture<Void> release = new CompletableFuture<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private WebServer server;

    @BeforeEach
    void start() {
        server =
                WebServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .addConnectionSelector(
                                new WatchedConnectionSelector(
                                        Http1Config.create(),
                                        Duration.ofMinutes(1),
                                        ConnectionLimit.none()))
                        .routing(
                                it ->
                                        it.post("/wait", this::await)
                                                .get(
                                                        "/quick",
                                                        (_, response) -> response.send("quick")))
                        .build()
                        .start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private void await(ServerRequest request, ServerResponse response) {
        String body = request.content().as(String.class);
        try (var _ = ClientConnection.watch(() -> gone.complete(null))) {
            waiting.countDown();
            CompletableFuture.anyOf(release, gone).join();
        }
        response.send("waited with " + body);
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), server.port());
    }

    private static void post(Socket socket) throws IOException {
        write(socket, "POST /wait HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody");
    }

    private static void get(Socket socket) throws IOException {
        write(socket, "GET /quick HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
        socket.getOutputStream().flush();
    }

    /** Reads a response, and returns its body. */
    private static String read(BufferedReader reader) throws IOException {
        int length = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.isEmpty()) {
                var body = new char[length];
                int read = reader.read(body);
                return new String(body, 0, read);
            }
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        throw new IOException("the connection ended");
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    }

    private void awaitHandler() throws InterruptedException {
        waiting.await();
    }

    @Test
    void clientThatClosesItsConnectionIsNoticed() throws Exception {
        try (var socket = connect()) {
            post(socket);
            awaitHandler();
        }

        assertThat(gone.get()).isNull();
    }

    @Test
    void clientThatResetsItsConnectionIsNoticed() throws Exception {
        try (var socket = connect()) {
            post(socket);
            awaitHandler();
            socket.setSoLinger(true, 0);
        }

        assertThat(gone.get()).isNull();
    }

    @Test
    void connectionServesFurtherRequestsAfterAWatchedOne() throws Exception {
        try (var socket = connect()) {
            var reader = reader(socket);
            post(socket);
            awaitHandler();
            release.complete(null);
            assertThat(read(reader)).isEqualTo("waited with body");
            for (int i = 0; i < 3; i++) {
                post(socket);
                assertThat(read(reader)).isEqualTo("waited with body");
                get(socket);
                assertThat(read(reader)).isEqualTo("quick");
            }
        }
        assertThat(gone).isNotDone();
    }

    @Test
    void requestThatIsSentAheadIsServedAfterTheWatchedOne() throws Exception {
        try (var socket = connect()) {
            var reader = reader(socket);
            post(socket);
            awaitHandler();
            get(socket);
            release.complete(null);
            assertThat(read(reader)).isEqualTo("waited with body");
            assertThat(read(reader)).isEqualTo("quick");
        }
        assertThat(gone).isNotDone();
    }

    @Test
    void clientThatClosesAfterItsAnswerIsNotGone() throws Exception {
        release.complete(null);
        try (var socket = connect()) {
            post(socket);
            assertThat(read(reader(socket))).isEqualTo("waited with body");
        }

        server.stop();
        assertThat(gone).isNotDone();
    }

    @Test
    void serverStopsWhileAWatchedConnectionIsIdle() throws Exception {
        release.complete(null);
        try (var socket = connect()) {
            var reader = reader(socket);
            post(socket);
            assertThat(read(reader)).isEqualTo("waited with body");
            server.stop();
            assertThat(reader.read()).isEqualTo(-1);
        }
    }
}
