package dev.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompressedBodyTest {
    private static final byte[] BODY = "{\"text\":\"0123456789\"}".repeat(500).getBytes(UTF_8);

    private final HttpClient client = HttpClient.newHttpClient();
    private RunningServer server;

    @BeforeAll
    void start() {
        server =
                RunningServer.of(
                        List.of(
                                HttpRoute.post("echo", it -> it.sendJson(it.body())),
                                HttpRoute.post(
                                        "length",
                                        it -> {
                                            long length =
                                                    it.input()
                                                            .transferTo(
                                                                    OutputStream
                                                                            .nullOutputStream());
                                            it.sendJson(Long.toString(length).getBytes(UTF_8));
                                        })));
    }

    @AfterAll
    void stop() {
        client.close();
        server.close();
    }

    private interface Compression {
        OutputStream open(OutputStream out) throws IOException;
    }

    private static byte[] compressed(Compression compression, byte[] body) throws IOException {
        var out = new ByteArrayOutputStream();
        try (OutputStream open = compression.open(out)) {
            open.write(body);
        }
        return out.toByteArray();
    }

    private static byte[] gzip(byte[] body) throws IOException {
        return compressed(GZIPOutputStream::new, body);
    }

    private HttpResponse<byte[]> post(String path, String encoding, byte[] body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(server.uri("/v1/" + path))
                        .header("Content-Encoding", encoding)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "x-gzip", "GZIP", "identity, gzip"})
    void gzipIsDecompressed(String name) throws Exception {
        assertThat(post("echo", name, gzip(BODY)).body()).isEqualTo(BODY);
    }

    @Test
    void everyMemberOfGzipIsDecompressed() throws Exception {
        byte[] named = gzip(Arrays.copyOf(BODY, 100));
        var members = new ByteArrayOutputStream();
        members.writeBytes(named);
        members.writeBytes(gzip(new byte[0]));
        members.writeBytes(gzip(Arrays.copyOfRange(BODY, 100, BODY.length)));

        assertThat(post("echo", "gzip", members.toByteArray()).body()).isEqualTo(BODY);
    }

    @Test
    void deflateIsDecompressedWithAndWithoutItsHeader() throws Exception {
        assertThat(post("echo", "deflate", compressed(DeflaterOutputStream::new, BODY)).body())
                .isEqualTo(BODY);
        var bare = new Deflater(9, true);
        try {
            byte[] body = compressed(it -> new DeflaterOutputStream(it, bare), BODY);
            assertThat(post("echo", "deflate", body).body()).isEqualTo(BODY);
        } finally {
            bare.end();
        }
    }

    @Test
    void zstdIsDecompressed() throws Exception {
        assertThat(post("echo", "zstd", Zstd.compress(BODY)).body()).isEqualTo(BODY);
    }

    /** Blocks are padded with zeros, which the command gzip also ignores. */
    @Test
    void zerosMayFollowGzip() throws Exception {
        byte[] whole = gzip(BODY);

        assertThat(post("echo", "gzip", Arrays.copyOf(whole, whole.length + 3)).body())
                .isEqualTo(BODY);
    }

    @Test
    void byteOrderMarkIsNoPartOfABody() throws Exception {
        byte[] marked = ("\uFEFF" + new String(BODY, UTF_8)).getBytes(UTF_8);

        assertThat(post("echo", "identity", marked).body()).isEqualTo(BODY);
        assertThat(post("echo", "gzip", gzip(marked)).body()).isEqualTo(BODY);
    }

    @Test
    void identityIsLeftAsItIs() throws Exception {
        assertThat(post("echo", "identity", BODY).body()).isEqualTo(BODY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "compress", "gzip, gzip", "aws-chunked"})
    void otherCodingIsRefusedWithTheKnownOnes(String name) throws Exception {
        HttpResponse<byte[]> response = post("echo", name, gzip(BODY));

        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(response.headers().firstValue("Accept-Encoding"))
                .contains("gzip, deflate, zstd");
        assertThat(text(response)).contains("Content-Encoding", "gzip, deflate, zstd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "zstd"})
    void bytesOfNoCodingAreRefused(String name) throws Exception {
        for (byte[] wrong : List.of(BODY, new byte[] {1}, new byte[0])) {
            HttpResponse<byte[]> response = post("echo", name, wrong);

            assertThat(response.statusCode()).as("%s of %s", name, wrong.length).isEqualTo(400);
            assertThat(text(response)).contains("Content-Encoding " + name);
        }
    }

    @Test
    void truncatedOrChangedBodyIsRefused() throws Exception {
        byte[] whole = gzip(BODY);
        byte[] changed = whole.clone();
        changed[changed.length - 1] ^= 1;
        byte[] longer = Arrays.copyOf(whole, whole.length + 3);
        longer[longer.length - 1] = 1;

        for (byte[] wrong : List.of(Arrays.copyOf(whole, whole.length - 9), changed, longer)) {
            assertThat(post("echo", "gzip", wrong).statusCode()).isEqualTo(400);
        }
        byte[] zstd = Zstd.compress(BODY);
        assertThat(post("echo", "zstd", Arrays.copyOf(zstd, zstd.length - 5)).statusCode())
                .isEqualTo(400);
    }

    @Test
    void bombEndsAtTheLimitOfTheBody() throws Exception {
        byte[] content = new byte[32 << 20];

        for (HttpResponse<byte[]> response :
                List.of(
                        post("echo", "gzip", gzip(content)),
                        post("echo", "zstd", Zstd.compress(content)))) {
            assertThat(response.statusCode()).isEqualTo(413);
            assertThat(text(response)).contains("1,048,576 bytes");
        }
    }

    @Test
    void streamIsDecompressedWhileItIsRead() throws Exception {
        byte[] content = new byte[32 << 20];

        assertThat(text(post("length", "zstd", Zstd.compress(content)))).isEqualTo("33554432");
        assertThat(text(post("length", "gzip", gzip(content)))).isEqualTo("33554432");
    }

    @Test
    void paddingIsNotReadWithoutEnd() throws Exception {
        byte[] empty = gzip(new byte[0]);
        var members = new ByteArrayOutputStream();
        while (members.size() < 2 << 20) {
            members.writeBytes(empty);
        }
        HttpResponse<byte[]> response = post("length", "gzip", members.toByteArray());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(text(response)).contains("larger than its content");
    }
}
