package dev.millrace.standalone.ops;

import dev.millrace.configuration.ServerTlsConfig;
import dev.millrace.configuration.provider.CertificateFile;
import dev.millrace.configuration.provider.PrivateKeyFile;
import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** Reads the certificate and the private key of a server. */
final class TlsFiles {
    private TlsFiles() {}

    /**
     * Reads both files.
     *
     * @throws IOException with a message that names the file and its problem
     */
    static Tls read(ServerTlsConfig files) throws IOException {
        List<X509Certificate> chain = CertificateFile.of(files.certificate()).read();
        PrivateKey key = key(Path.of(files.key()));
        if (!PrivateKeyFile.belongs(key, chain.getFirst())) {
            throw new IOException(
                    "the private key in "
                            + files.key()
                            + " does not belong to the first certificate in "
                            + files.certificate());
        }
        return Tls.builder()
                .privateKey(key)
                .privateKeyCertChain(chain)
                .enabledProtocols(List.of("TLSv1.3", "TLSv1.2"))
                .addApplicationProtocol("http/1.1")
                .build();
    }

    private static PrivateKey key(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException("the file " + file + " does not exist or cannot be read");
        }
        try {
            return Keys.builder()
                    .pem(it -> it.key(Resource.create(file)))
                    .build()
                    .privateKey()
                    .orElseThrow();
        } catch (RuntimeException e) {
            throw new IOException(
                    "the file "
                            + file
                            + " is no PEM file of a private key without a password"
                            + " (-----BEGIN PRIVATE KEY-----)",
                    e);
        }
    }
}
