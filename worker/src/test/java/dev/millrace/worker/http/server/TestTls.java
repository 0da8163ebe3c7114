package dev.millrace.worker.http.server;

import dev.millrace.configuration.provider.CertificateFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A server certificate for {@code localhost} and 127.0.0.1, signed by an authority that no JVM
 * trusts; made by {@code tls/create.sh}.
 */
public final class TestTls {
    public static final CertificateFile AUTHORITY =
            CertificateFile.of("src/test/resources/tls/ca.pem");

    private static final char[] PASSWORD = "testing".toCharArray();

    private TestTls() {}

    public static SSLContext server() {
        try {
            var store =
                    KeyStore.getInstance(
                            Path.of("src/test/resources/tls/server.p12").toFile(), PASSWORD);
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Listens on a free port of the given address. */
    public static ServerSocket serverSocket(String address) throws IOException {
        return server().getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.ofLiteral(address));
    }
}
