package dev.millrace.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.config.provider.TlsSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TimedBodyTest {
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Answers one request with the beginning of a body, and nothing more. */
    private void answer(ServerSocket server) {
        try (var client = server.accept()) {
            var _ = client.getInputStream().read(new byte[8_192]);
            client.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}\n".getBytes(UTF_8));
            client.getOutputStream().flush();
            ended.await();
        } catch (IOException | InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void sinkThatStopsSendingEndsTheReadWithAnError() throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client =
                        new SinkClient(
                                new SinkSettings(
                                        URI.create("http://127.0.0.1:" + server.getLocalPort()),
                                        Optional.empty(),
                                        TlsSettings.DEFAULT,
                                        Duration.ofSeconds(1)))) {
            var _ = Thread.ofVirtual().start(() -> answer(server));

            try (InputStream results =
                    client.results("t", "b", OptionalLong.empty()).orElseThrow()) {
                assertThat(results.readNBytes(3)).hasSize(3);
                assertThatThrownBy(results::read)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("the sink sent nothing for 1 s");
            } finally {
                ended.countDown();
            }
        }
    }
}
