package dev.millrace.configuration.provider;

import static dev.millrace.yaml.problem.Violation.require;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A PEM file with certificates.
 *
 * @param path relative paths begin in the current folder
 */
public record CertificateFile(Path path) {

    /** Creates a file from its path as written in a configuration. */
    public static CertificateFile of(String path) {
        require(!path.isBlank(), "path", "must be the path of a PEM file");
        return new CertificateFile(Path.of(path));
    }

    /**
     * Reads all certificates.
     *
     * @return at least one
     * @throws IOException with a message that names the file and its problem
     */
    public List<X509Certificate> read() throws IOException {
        var content = new ByteArrayInputStream(bytes(path));
        try {
            var certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(content).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (certificates.isEmpty()) {
                throw new IOException("the file " + path + " contains no certificate");
            }
            return certificates;
        } catch (CertificateException e) {
            throw new IOException(
                    "the file "
                            + path
                            + " is no PEM file of certificates (-----BEGIN CERTIFICATE-----)",
                    e);
        }
    }

    /**
     * Reads a certificate and the authorities that signed it.
     *
     * @return at least one
     * @throws IOException with a message that names the file and its problem
     */
    List<X509Certificate> readChain() throws IOException {
        List<X509Certificate> chain = read();
        for (int i = 1; i < chain.size(); i++) {
            var issuer = chain.get(i - 1).getIssuerX500Principal();
            if (!issuer.equals(chain.get(i).getSubjectX500Principal())) {
                throw new IOException(
                        "the file "
                                + path
                                + " must have the certificate of this client first, and each"
                                + " authority behind the certificate that it has signed");
            }
        }
        return chain;
    }

    /**
     * Reads a file.
     *
     * @throws IOException with a message that names the file and its problem
     */
    static byte[] bytes(Path path) throws IOException {
        try {
            return Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw new IOException("the file " + path + " does not exist", e);
        } catch (IOException e) {
            throw new IOException("the file " + path + " cannot be read", e);
        }
    }
}
