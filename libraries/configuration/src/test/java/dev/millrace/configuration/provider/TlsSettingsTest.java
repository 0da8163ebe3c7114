package dev.millrace.configuration.provider;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of a client's certificate. */
class TlsSettingsTest {
    /** Made for tests by {@code tls/clients/create.sh} of the module worker. */
    private static final String CLIENT =
            """
            -----BEGIN CERTIFICATE-----
            MIIBMTCB2QIUFj/vsRKdafDAKJqnx8Z4FX555A8wCgYIKoZIzj0EAwIwHzEdMBsG
            A1UEAwwUQXV0aG9yaXR5IG9mIGNsaWVudHMwIBcNMjYxMjAxMTAxOTAxWhgPMjEy
            NjExMDcxMDE5MDFaMBcxFTATBgNVBAMMDGZpcnN0IGNsaWVudDBZMBMGByqGSM49
            AgEGCCqGSM49AwEHA0IABNFq/0xUIQC/fT/7+DREWELXjNNKNvTgVyY3Eywh95Yi
            ZBcyYtEGc76lMTAoYy6YBlvoKzU0QFboYLu0ig6u0TYwCgYIKoZIzj0EAwIDRwAw
            RAIgLQgchSCYSbgkTKx/5z/wZO4jtoUns0fIcm3SLIHixxMCICME7ss1QJKxiyNc
            y3zPJ76Sg62lrIM+HVDLMIKpOf1Y
            -----END CERTIFICATE-----
            """;

    private static final String KEY =
            """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgz6NGtl9EV8RU7UwG
            DIagIcvtMWiB8FdHCFFGs7xo68+hRANCAATRav9MVCEAv30/+/g0RFhC14zTSjb0
            4FcmNxMsIfeWImQXMmLRBnO+pTEwKGMumAZb6Cs1NEBW6GC7tIoOrtE2
            -----END PRIVATE KEY-----
            """;

    @TempDir private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private TlsSettings settings(String certificate, String key) throws IOException {
        return new TlsSettings(
                Optional.empty(),
                Optional.of(new CertificateFile(file("tls.crt", certificate))),
                Optional.of(new PrivateKeyFile(file("tls.key", key))));
    }

    private static String pem(PrivateKey key) {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII))
                        .encodeToString(key.getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    private void assertProblem(String key, String problem) throws IOException {
        TlsSettings settings = settings(CLIENT, key);
        assertThatThrownBy(settings::read)
                .isInstanceOf(IOException.class)
                .hasMessage("tls.key: " + problem);
    }

    @Test
    void certificateAndItsKeyAreReadWithoutShowingTheKey() throws IOException {
        var material = settings(CLIENT, "note\n" + KEY).read();

        assertThat(material.chain()).hasSize(1);
        assertThat(material.key()).isPresent();
        assertThat(material.context().getProtocol()).isEqualTo("TLS");
        assertThat(material.toString())
                .doesNotContain(KEY.substring(60, 80))
                .doesNotContain(((ECPrivateKey) material.key().orElseThrow()).getS().toString());
    }

    @Test
    void certificatesThatAreNoChainAreNamed() throws IOException {
        TlsSettings settings = settings(CLIENT + CertificateFileTest.CERTIFICATE, KEY);

        assertThatThrownBy(settings::read)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("tls.certificate: ")
                .hasMessageEndingWith("behind the certificate that it has signed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void keysOfUsualAlgorithmsAreRead(String algorithm) throws Exception {
        PrivateKey key = KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();

        assertThat(new PrivateKeyFile(file("tls.key", pem(key))).read()).isEqualTo(key);
    }

    @Test
    void keyOfAnotherCertificateIsNamed() throws Exception {
        var other = KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate();

        assertProblem(
                pem(other),
                "the file %s/tls.key has the key of another certificate; replace both files"
                        .formatted(folder));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void otherFormOfAKeyIsNamedWithTheCommandThatConvertsIt(String label) throws IOException {
        assertProblem(
                "-----BEGIN %1$s PRIVATE KEY-----\nMIIB\n-----END %1$s PRIVATE KEY-----\n"
                        .formatted(label),
                "the file %1$s/tls.key has a key in another form than PKCS#8; convert it: openssl pkey -in %1$s/tls.key -out NEW_FILE"
                        .formatted(folder));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n",
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0\n\nMIIB\n"
            })
    void encryptedKeyIsNamedWithTheCommandThatDecryptsIt(String text) throws IOException {
        assertProblem(
                text,
                "the file %1$s/tls.key has a key with a password; convert it: openssl pkey -in %1$s/tls.key -out NEW_FILE"
                        .formatted(folder));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no key",
                "-----BEGIN PRIVATE KEY-----\nMIIB",
                "-----BEGIN PRIVATE KEY-----\nM!!B\n-----END PRIVATE KEY-----",
                "-----END PRIVATE KEY-----\n-----BEGIN PRIVATE KEY-----"
            })
    void malformedKeyIsNamed(String text) throws IOException {
        assertProblem(
                text,
                "the file %s/tls.key is no PEM file of a private key (-----BEGIN PRIVATE KEY-----)"
                        .formatted(folder));
    }

    @Test
    void unreadableFileIsNamedWithItsSetting() throws IOException {
        var settings = settings(CLIENT, KEY);
        Files.delete(folder.resolve("tls.key"));
        assertThatThrownBy(settings::read)
                .hasMessage("tls.key: the file %s/tls.key does not exist".formatted(folder));

        file("tls.crt", "nothing");
        assertThatThrownBy(settings::read)
                .hasMessageStartingWith(
                        "tls.certificate: the file %s/tls.crt is no PEM file".formatted(folder));
    }
}
