package dev.millrace.configuration.provider;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The content of the files of {@link TlsSettings}.
 *
 * @param authorities trusted in addition to the JVM's
 * @param chain certificate of this client, followed by its chain; empty without one
 * @param key private key of the certificate
 */
public record TlsMaterial(
        List<X509Certificate> authorities, List<X509Certificate> chain, Optional<PrivateKey> key) {
    private static final char[] PASSWORD = {};

    /**
     * Creates a context that trusts the authorities, and shows the certificate to a server that
     * asks for it.
     *
     * @throws IllegalStateException if the JVM's own authorities cannot be read
     */
    public SSLContext context() {
        return TrustedAuthorities.with(authorities, key.map(this::managers).orElse(null));
    }

    private KeyManager[] managers(PrivateKey own) {
        try {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setKeyEntry("client", own, PASSWORD, chain.toArray(X509Certificate[]::new));
            var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, PASSWORD);
            return factory.getKeyManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("a client's certificate cannot be used", e);
        }
    }
}
