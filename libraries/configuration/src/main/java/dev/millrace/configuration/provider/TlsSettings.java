package dev.millrace.configuration.provider;

import static dev.millrace.yaml.problem.Violation.require;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * TLS with a server, such as a provider.
 *
 * @param ca certificates of authorities that are trusted in addition to the JVM's
 * @param certificate certificate of this client, and its chain
 * @param key private key of the certificate; present exactly if the certificate is
 */
public record TlsSettings(
        Optional<CertificateFile> ca,
        Optional<CertificateFile> certificate,
        Optional<PrivateKeyFile> key) {
    /** Trusts the JVM's authorities only, and has no certificate. */
    public static final TlsSettings DEFAULT =
            new TlsSettings(Optional.empty(), Optional.empty(), Optional.empty());

    public TlsSettings {
        require(
                certificate.isEmpty() || key.isPresent(),
                "certificate",
                "needs the private key of the certificate: set tls.key, too");
        require(
                key.isEmpty() || certificate.isPresent(),
                "key",
                "needs the certificate of the key: set tls.certificate, too");
    }

    /**
     * Reads the files.
     *
     * @throws IOException if a file cannot be used. The message begins with the setting and a
     *     colon, such as {@code tls.ca: }, and names the file and what to do
     */
    public TlsMaterial read() throws IOException {
        String setting = "tls.ca: ";
        try {
            var authorities = ca.isPresent() ? ca.get().read() : List.<X509Certificate>of();
            if (certificate.isEmpty() || key.isEmpty()) {
                return new TlsMaterial(authorities, List.of(), Optional.empty());
            }
            setting = "tls.certificate: ";
            var chain = certificate.get().readChain();
            setting = "tls.key: ";
            return new TlsMaterial(
                    authorities, chain, Optional.of(key.get().readFor(chain.getFirst())));
        } catch (IOException e) {
            throw new IOException(setting + e.getMessage(), e);
        }
    }
}
