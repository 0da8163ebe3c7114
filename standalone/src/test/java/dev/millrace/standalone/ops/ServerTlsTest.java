package dev.millrace.standalone.ops;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.GatewayConfig;
import dev.millrace.configuration.ListenAddress;
import dev.millrace.configuration.ServerTlsConfig;
import dev.millrace.gateway.server.ServerSetup;
import dev.millrace.standalone.console.UserError;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTlsTest {
    private static final char[] PASSWORD = "testing".toCharArray();

    @TempDir private static Path folder;

    private static KeyStore store;
    private static KeyStore others;

    @BeforeAll
    static void create() throws Exception {
        store = keys("server");
        others = keys("other");
        write("other", others);
        write("server", store);
    }

    /** Makes a key and its certificate, in the form that JDKs have. */
    private static KeyStore keys(String name) throws Exception {
        Path file = folder.resolve(name + ".p12");
        var started =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                name,
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "san=dns:localhost,ip:127.0.0.1",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                new String(PASSWORD),
                                "-keystore",
                                file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(name + ".log").toFile())
                        .start();
        assertThat(started.waitFor()).isZero();
        return KeyStore.getInstance(file.toFile(), PASSWORD);
    }

    private static void write(String name, KeyStore keys) throws Exception {
        Files.writeString(
                folder.resolve(name + ".crt"),
                pem("CERTIFICATE", keys.getCertificate(name).getEncoded()));
        Files.writeString(
                folder.resolve(name + ".key"),
                pem("PRIVATE KEY", keys.getKey(name, PASSWORD).getEncoded()));
    }

    private static String pem(String kind, byte[] bytes) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(
                        kind,
                        Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(bytes),
                        kind);
    }

    private static ServerTlsConfig files(String certificate, String key) {
        return new ServerTlsConfig(
                folder.resolve(certificate).toString(), folder.resolve(key).toString());
    }

    private static ServerTls open(String certificate, String key) {
        return ServerTls.open(Optional.of(files(certificate, key)), "gateway.tls in m.yaml");
    }

    private static HttpClient client() throws Exception {
        return HttpClient.newBuilder().sslContext(context()).build();
    }

    /** Returns a context that trusts the certificate of the server. */
    private static SSLContext context() throws Exception {
        var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        var certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("server", store.getCertificate("server"));
        trusted.init(certificates);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trusted.getTrustManagers(), null);
        return context;
    }

    @Nested
    class AConnection {
        private static final String CONNECTIONS = "millrace.gateway.connections";
        private static final Duration LONG = Duration.ofMinutes(10);

        private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch awaited = new CountDownLatch(1);
        private @Nullable HttpListener listener;

        private void start(int connections, Duration read, Duration headers) {
            GatewayConfig normal = GatewayConfig.DEFAULT;
            var config =
                    new GatewayConfig(
                            normal.listen(),
                            normal.timeout(),
                            normal.unavailableAfter(),
                            normal.files(),
                            Optional.empty(),
                            new GatewayConfig.Limits(1 << 20, connections),
                            normal.cors(),
                            normal.requireKeys());
            listener =
                    HttpListener.start(
                            BindAddress.byDefault(new ListenAddress("127.0.0.1", 0)),
                            "gateway.listen",
                            HttpRouting.builder()
                                    .get("/hello", (_, answer) -> answer.send("Hi"))
                                    .get("/slow", (_, answer) -> answerSlowly(answer)),
                            open("server.crt", "server.key"),
                            new ServerSetup(config, read, headers).limits(registry));
        }

        private HttpListener listener() {
            return Objects.requireNonNull(listener);
        }

        @AfterEach
        void stop() {
            listener().close();
        }

        private Socket connect() throws IOException {
            var socket = new Socket(InetAddress.getLoopbackAddress(), listener().address().port());
            socket.setSoTimeout(600_000);
            return socket;
        }

        /** Waits for a byte; returns true if the server has closed the connection instead. */
        private static boolean isClosed(Socket socket) throws IOException {
            try {
                return socket.getInputStream().read() == -1;
            } catch (SocketException e) {
                return true;
            }
        }

        private void answerSlowly(ServerResponse answer) throws InterruptedException {
            begun.countDown();
            awaited.await();
            answer.send("Hi");
        }

        private HttpRequest get(String path) {
            return HttpRequest.newBuilder(URI.create(listener().url() + path)).build();
        }

        private String hello() throws Exception {
            try (HttpClient client = client()) {
                return client.send(get("/hello"), HttpResponse.BodyHandlers.ofString(UTF_8)).body();
            }
        }

        /** Otherwise, each connection would keep an open file of the server. */
        @Test
        void isClosedBeneathItsTls() throws Exception {
            start(10, LONG, LONG);
            try (Socket socket = connect();
                    Socket tls =
                            context()
                                    .getSocketFactory()
                                    .createSocket(socket, "localhost", socket.getPort(), false)) {
                tls.getOutputStream()
                        .write("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
                tls.shutdownOutput();
                assertThat(new String(tls.getInputStream().readAllBytes(), US_ASCII))
                        .endsWith("Hi");

                assertThat(isClosed(socket)).isTrue();
            }
        }

        @Test
        void isClosedSoonWithoutAPlaceIfItsClientIsSilent() throws Exception {
            start(1, LONG, LONG);
            try (HttpClient client = client()) {
                var answer =
                        client.sendAsync(get("/slow"), HttpResponse.BodyHandlers.ofString(UTF_8));
                begun.await();
                try (Socket silent = connect()) {
                    silent.getOutputStream().write(new byte[] {22, 3, 1});

                    assertThat(isClosed(silent)).isTrue();
                } finally {
                    awaited.countDown();
                }
                assertThat(answer.join().body()).isEqualTo("Hi");
            }
        }

        @Test
        void isClosedIfItsClientIsSilentBeforeTheHandshake() throws Exception {
            start(10, Duration.ofMillis(300), LONG);
            try (Socket silent = connect()) {
                assertThat(isClosed(silent)).isTrue();
            }
        }

        @Test
        void isClosedIfItsClientIsSilentWithinTheHandshake() throws Exception {
            start(10, LONG, Duration.ofMillis(300));
            try (Socket silent = connect()) {
                silent.getOutputStream().write(new byte[] {22, 3, 1});

                assertThat(isClosed(silent)).isTrue();
            }
        }

        @Test
        void leavesItsPlaceWhenItsHandshakeFails() throws Exception {
            start(1, LONG, LONG);
            try (Socket socket = connect()) {
                socket.getOutputStream().write("GET /hello HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
                // The server sends an alert, and closes the connection.
                boolean closed = false;
                while (!closed) {
                    closed = isClosed(socket);
                }
            }

            await().until(() -> registry.get(CONNECTIONS).gauge().value() == 0);
        }

        @Test
        void withASilentClientIsClosedForAnother() throws Exception {
            start(2, LONG, LONG);
            try (Socket oldest = connect();
                    Socket other = connect()) {
                oldest.getOutputStream().write(new byte[] {22, 3, 1});
                other.getOutputStream().write(new byte[] {22, 3, 1});

                await().until(() -> registry.get(CONNECTIONS).gauge().value() == 2);

                assertThat(hello()).isEqualTo("Hi");
                assertThat(registry.get(CONNECTIONS + ".displaced").functionCounter().count())
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void requestsAreAnsweredWithTheConfiguredCertificate() throws Exception {
        var routing = HttpRouting.builder().get("/hello", (_, answer) -> answer.send("Hi"));
        var address = BindAddress.byDefault(new ListenAddress("127.0.0.1", 0));
        try (var listener =
                        HttpListener.start(
                                address,
                                "gateway.listen",
                                routing,
                                open("server.crt", "server.key"),
                                _ -> {});
                HttpClient client = client()) {
            var request = HttpRequest.newBuilder(URI.create(listener.url() + "/hello")).build();

            assertThat(listener.url()).startsWith("https://127.0.0.1:");
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString(UTF_8)).body())
                    .isEqualTo("Hi");
        }
    }

    @Nested
    class WhenTheFilesChange {
        private TlsReloader reloader;
        private WebServer server;

        @BeforeEach
        void start() throws Exception {
            copy("server");
            reloader = new TlsReloader(files("live.crt", "live.key"));
            server =
                    WebServer.builder()
                            .host("127.0.0.1")
                            .port(0)
                            .shutdownHook(false)
                            .tls(reloader.tls())
                            .build()
                            .start();
        }

        @AfterEach
        void stop() {
            server.stop();
            reloader.close();
        }

        private static void copy(String name) throws IOException {
            for (String end : List.of(".crt", ".key")) {
                Files.copy(
                        folder.resolve(name + end),
                        folder.resolve("live" + end),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }

        /** Connects without an earlier session, and returns the certificate of the server. */
        private Certificate served() throws Exception {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustsAll()}, null);
            try (var socket =
                    (SSLSocket)
                            context.getSocketFactory().createSocket("127.0.0.1", server.port())) {
                socket.startHandshake();
                return socket.getSession().getPeerCertificates()[0];
            }
        }

        @Test
        void newConnectionsGetTheNewCertificate() throws Exception {
            assertThat(served()).isEqualTo(store.getCertificate("server"));
            copy("other");

            reloader.look();

            assertThat(served()).isEqualTo(others.getCertificate("other"));
            assertThat(reloader.problem()).isEmpty();
        }

        @Test
        void unusableFilesAreReportedWhileTheLastOnesAreServed() throws Exception {
            Files.writeString(folder.resolve("live.key"), "no key");

            reloader.look();

            assertThat(reloader.problem().orElseThrow())
                    .contains("live.key is no PEM file of a private key");
            assertThat(served()).isEqualTo(store.getCertificate("server"));
            copy("other");
            reloader.look();
            assertThat(reloader.problem()).isEmpty();
            assertThat(served()).isEqualTo(others.getCertificate("other"));
        }

        @Test
        void certificateWithoutItsNewKeyIsNotServed() throws Exception {
            Files.copy(
                    folder.resolve("other.crt"),
                    folder.resolve("live.crt"),
                    StandardCopyOption.REPLACE_EXISTING);

            reloader.look();

            assertThat(reloader.problem().orElseThrow()).contains("does not belong to");
            assertThat(served()).isEqualTo(store.getCertificate("server"));
        }
    }

    /** The test itself compares the certificates. */
    private static final class TrustsAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void problemsOfTheFilesAreNamed() throws IOException {
        Files.writeString(folder.resolve("wrong.key"), "no key");

        assertThatThrownBy(() -> open("none.crt", "server.key"))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("gateway.tls in m.yaml: the file ")
                .hasMessageContaining("none.crt does not exist");
        assertThatThrownBy(() -> open("server.crt", "none.key"))
                .hasMessageContaining("none.key does not exist or cannot be read");
        assertThatThrownBy(() -> open("server.crt", "wrong.key"))
                .hasMessageContaining("wrong.key is no PEM file of a private key");
        assertThatThrownBy(() -> open("server.crt", "other.key"))
                .hasMessageContaining("other.key does not belong to the first certificate in");
    }
}
