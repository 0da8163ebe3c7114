package dev.millrace.gateway.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real connections to clients that ask and do not read. */
class SlowReceiverTest {
    private final CompletableFuture<Exception> failure = new CompletableFuture<>();
    private final WebServer server =
            WebServer.builder()
                    .host("127.0.0.1")
                    .port(0)
                    .useNio(false)
                    .addConnectionSelector(
                            new WatchedConnectionSelector(
                                    Http1Config.create(),
                                    Duration.ofMillis(500),
                                    ConnectionLimit.none()))
                    .routing(it -> it.get("/endless", this::endless))
                    .build()
                    .start();

    @AfterEach
    void stop() {
        server.stop();
    }

    private void endless(ServerRequest request, ServerResponse response) throws IOException {
        try (OutputStream out = response.outputStream()) {
            while (true) {
                out.write(new byte[1 << 16]);
            }
        } catch (IOException | RuntimeException e) {
            failure.complete(e);
            throw e;
        }
    }

    private Socket ask(String path) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setReceiveBufferSize(1 << 12);
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(UTF_8));
        return socket;
    }

    @Test
    void clientThatDoesNotReadIsDisconnected() throws Exception {
        try (var _ = ask("/endless")) {
            assertThat(failure.get()).isNotNull();
        }
    }
}
