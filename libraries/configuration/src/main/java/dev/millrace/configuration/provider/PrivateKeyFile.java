package dev.millrace.configuration.provider;

import static dev.millrace.yaml.problem.Violation.require;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/**
 * A PEM file with a private key in the form PKCS#8, without a password.
 *
 * @param path relative paths begin in the current folder
 */
public record PrivateKeyFile(Path path) {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    /** Creates a file from its path as written in a configuration. */
    public static PrivateKeyFile of(String path) {
        require(!path.isBlank(), "path", "must be the path of a PEM file");
        return new PrivateKeyFile(Path.of(path));
    }

    /**
     * Reads the key.
     *
     * @throws IOException with a message that names the file, its problem, and what to do
     */
    public PrivateKey read() throws IOException {
        String text = new String(CertificateFile.bytes(path), ISO_8859_1);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 && text.contains("PRIVATE KEY-----")) {
            boolean isEncrypted = text.contains("ENCRYPTED");
            throw new IOException(
                    "the file %s has a key %s; convert it: openssl pkey -in %s -out NEW_FILE"
                            .formatted(
                                    path,
                                    isEncrypted ? "with a password" : "in another form than PKCS#8",
                                    path));
        }
        try {
            return key(Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end)));
        } catch (IllegalArgumentException
                | IndexOutOfBoundsException
                | GeneralSecurityException e) {
            throw new IOException(
                    "the file " + path + " is no PEM file of a private key (" + BEGIN + ")", e);
        }
    }

    /**
     * Reads the key of a certificate.
     *
     * @throws IOException with a message that names the file, its problem, and what to do
     */
    public PrivateKey readFor(X509Certificate certificate) throws IOException {
        PrivateKey key = read();
        if (!belongs(key, certificate)) {
            throw new IOException(
                    "the file " + path + " has the key of another certificate; replace both files");
        }
        return key;
    }

    private static PrivateKey key(byte[] encoded) throws GeneralSecurityException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException e) {
                // The key is one of another algorithm.
            }
        }
        throw new InvalidKeySpecException("no key of " + ALGORITHMS);
    }

    /** Returns true if the certificate verifies signatures of the key. */
    public static boolean belongs(PrivateKey key, X509Certificate certificate) {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        try {
            var signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(certificate.getEncoded());
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(certificate.getEncoded());
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
