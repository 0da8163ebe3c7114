package dev.millrace.worker.http.server;

import dev.millrace.configuration.provider.CertificateFile;
import dev.millrace.configuration.provider.TlsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A server certificate for {@code localhost} and 127.0.0.1, signed by an authority that no JVM
 * trusts; made by {@code tls/create.sh}. And an authority of clients, with two clients.
 */
public final class TestTls {
    public static final CertificateFile AUTHORITY =
            CertificateFile.of("src/test/resources/tls/ca.pem");

    /** The folder of {@code first.pem}, {@code second.pem}, and their keys. */
    public static final Path CLIENTS = Path.of("src/test/resources/tls/clients");

    private static final char[] PASSWORD = "testing".toCharArray();

    private TestTls() {}

    public static SSLContext server() {
        return server(null);
    }

    private static SSLContext server(TrustManager @Nullable [] clients) {
        try {
            var store =
                    KeyStore.getInstance(
                            Path.of("src/test/resources/tls/server.p12").toFile(), PASSWORD);
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), clients, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Listens on a free port of the given address. */
    public static ServerSocket serverSocket(String address) throws IOException {
        return socket(server(), address);
    }

    private static SSLServerSocket socket(SSLContext context, String address) throws IOException {
        return (SSLServerSocket)
                context.getServerSocketFactory()
                        .createServerSocket(0, 50, InetAddress.ofLiteral(address));
    }

    /**
     * Listens on a free port for clients with a certificate of their authority.
     *
     * @param protocol version of TLS
     */
    public static ServerSocket requiringClients(String protocol)
            throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry(
                "clients", new CertificateFile(CLIENTS.resolve("ca.pem")).read().getFirst());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLServerSocket socket = socket(server(trust.getTrustManagers()), "127.0.0.1");
        socket.setNeedClientAuth(true);
        socket.setEnabledProtocols(new String[] {protocol});
        return socket;
    }

    /** Returns settings that trust the given authorities. */
    public static TlsSettings trusting(CertificateFile authorities) {
        return new TlsSettings(Optional.of(authorities), Optional.empty(), Optional.empty());
    }
}
