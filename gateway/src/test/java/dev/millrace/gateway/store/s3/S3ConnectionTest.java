package dev.millrace.gateway.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.configuration.GatewayConfig;
import dev.millrace.configuration.Secret;
import dev.millrace.configuration.StoreLocation;
import dev.millrace.gateway.store.FileStore;
import dev.millrace.gateway.store.FileStoreContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.Test;

/** Tests the requests of a bucket's client, which servers other than Amazon's must understand. */
class S3ConnectionTest {
    private final BlockingQueue<Sent> requests = new ArrayBlockingQueue<>(1);

    private record Sent(Map<String, List<String>> headers, byte[] body) {}

    @Test
    void objectIsSentAsItIsWithASignatureOfItsBytes() throws Exception {
        byte[] content = "the bytes of the object".getBytes(UTF_8);
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        try (FileStore store = open(server)) {
            store.write(FileStoreContract.PATH, content);
        } finally {
            server.stop(0);
        }

        Sent sent = requests.take();
        assertThat(sent.body).isEqualTo(content);
        assertThat(sent.headers).doesNotContainKey("Content-encoding");
        assertThat(sent.headers.get("X-amz-content-sha256"))
                .containsExactly(
                        HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
    }

    private static FileStore open(HttpServer server) throws Exception {
        return S3FileStore.open(
                new StoreLocation.Bucket("bucket", ""),
                new GatewayConfig.S3(
                        Optional.of(
                                URI.create("http://127.0.0.1:" + server.getAddress().getPort())),
                        Optional.empty(),
                        Optional.of(Secret.of("AKIATEST")),
                        Optional.of(Secret.of("secret"))));
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(
                new Sent(
                        Map.copyOf(exchange.getRequestHeaders()),
                        exchange.getRequestBody().readAllBytes()));
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }
}
