package dev.millrace.worker.http;

import static dev.millrace.worker.http.Exchanges.DIRECT;
import static dev.millrace.worker.http.Exchanges.NOW;
import static dev.millrace.worker.http.Exchanges.PATIENT;
import static dev.millrace.worker.http.Exchanges.onVirtualThread;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.millrace.configuration.provider.CertificateFile;
import dev.millrace.configuration.provider.PrivateKeyFile;
import dev.millrace.configuration.provider.TlsSettings;
import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.http.server.RawServer;
import dev.millrace.worker.http.server.TestTls;
import dev.millrace.worker.port.Providers.Window;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A provider that requires a certificate of its clients. */
class ClientCertificateTest {
    private static final String FIRST = "CN=first client";
    private static final String SECOND = "CN=second client";

    /** The clients of the calls, in the order of their starts. */
    private final List<String> clients = new CopyOnWriteArrayList<>();

    private final CompletableFuture<Void> release = new CompletableFuture<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(ProviderTls.class);

    @TempDir private Path folder;

    @BeforeEach
    void listen() {
        log.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
    }

    private void copy(String client, String type) throws IOException {
        Files.copy(
                TestTls.CLIENTS.resolve(client + type),
                folder.resolve("client" + type),
                StandardCopyOption.REPLACE_EXISTING);
    }

    private TlsSettings settings() {
        return new TlsSettings(
                Optional.of(TestTls.AUTHORITY),
                Optional.of(new CertificateFile(folder.resolve("client.pem"))),
                Optional.of(new PrivateKeyFile(folder.resolve("client.key"))));
    }

    private static HttpTransport transport(TlsSettings settings) {
        return Exchanges.transport(
                PATIENT, new HttpClientFactory(PATIENT, 10), DIRECT.withTls(settings));
    }

    private RawServer server(String protocol) throws Exception {
        return new RawServer(TestTls.requiringClients(protocol), this::answer);
    }

    /** Answers the first call when the test permits it, and the others at once, without reuse. */
    private void answer(OutputStream out, Socket connection) throws IOException {
        clients.add(((SSLSocket) connection).getSession().getPeerPrincipal().getName());
        if (clients.size() == 1) {
            release.join();
        }
        out.write(
                RawServer.response(200, "{}")
                        .replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")
                        .getBytes(ISO_8859_1));
    }

    /** Returns the messages about this test's files. */
    private List<String> messages() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void replacedCertificateIsUsedByNewConnectionsAndRunningCallsEnd() throws Exception {
        copy("first", ".pem");
        copy("first", ".key");
        try (var server = server("TLSv1.3");
                var transport = transport(settings())) {
            var running = Exchanges.start(transport, server.uri(), Window.open(NOW.get()));
            await().until(() -> clients.equals(List.of(FIRST)));
            copy("second", ".pem");
            // The key still belongs to the first certificate.
            transport.readFilesAgain();
            transport.readFilesAgain();
            transport.readFilesAgain();
            assertThat(messages())
                    .containsExactly(
                            "providers.p.tls.key: the file %s/client.key has the key of another certificate; replace both files; calls continue with the former content"
                                    .formatted(folder));
            assertThat(onVirtualThread(transport, server.uri()))
                    .isInstanceOf(ExchangeEnd.Responded.class);
            assertThat(clients).containsExactly(FIRST, FIRST);

            copy("second", ".key");
            transport.readFilesAgain();
            transport.readFilesAgain();
            assertThat(onVirtualThread(transport, server.uri()))
                    .isInstanceOf(ExchangeEnd.Responded.class);
            assertThat(clients).containsExactly(FIRST, FIRST, SECOND);
            assertThat(messages().getLast())
                    .isEqualTo("providers.p.tls: new connections use the changed files");
            assertThat(running).isNotDone();

            release.complete(null);
            assertThat(running.get()).isInstanceOf(ExchangeEnd.Responded.class);
        }
    }

    /** Whether the client reads the alert, or fails to write before, is a matter of chance. */
    @Test
    void callWithoutTheRequiredCertificateIsNotSent() throws Exception {
        try (var server = server("TLSv1.2");
                var transport = transport(TestTls.trusting(TestTls.AUTHORITY))) {
            assertThat(onVirtualThread(transport, server.uri()))
                    .isInstanceOfSatisfying(
                            ExchangeEnd.Broken.class, it -> assertThat(it.sent()).isFalse());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"certificate_required", "bad_certificate", "unknown_ca"})
    void alertAboutTheCertificateIsExplained(String alert) {
        var e = new SSLHandshakeException("(" + alert + ") Received fatal alert: " + alert);

        assertThat(DisconnectReason.isOfClientCertificate(e)).isTrue();
        assertThat(DisconnectReason.of(e, false))
                .isEqualTo(
                        "the provider does not accept the certificate of this client, or misses one (tls.certificate)");
    }

    @Test
    void alertOfTls12AboutAMissingCertificateIsExplained() {
        var e = new SSLHandshakeException("Received fatal alert: handshake_failure");

        assertThat(DisconnectReason.of(e, false))
                .endsWith("misses one (tls.certificate), or has no cipher in common");
    }

    @Test
    void unreadableKeyIsNamedWithItsSetting() throws Exception {
        copy("first", ".pem");

        assertThatThrownBy(() -> transport(settings()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "providers.p.tls.key: the file %s/client.key does not exist"
                                .formatted(folder));
    }
}
