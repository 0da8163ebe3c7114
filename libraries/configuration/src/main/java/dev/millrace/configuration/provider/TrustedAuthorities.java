package dev.millrace.configuration.provider;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The authorities whose certificates are trusted: the JVM's, and additional ones. */
public final class TrustedAuthorities {
    private TrustedAuthorities() {}

    /**
     * Creates a TLS context that trusts the JVM's authorities and the given ones.
     *
     * @param own managers of the context's own certificate; null without one
     * @throws IllegalStateException if the JVM's own authorities cannot be read
     */
    static SSLContext with(List<X509Certificate> additional, KeyManager @Nullable [] own) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(own, managers(store(and(additional))).getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the JVM's trusted authorities cannot be read", e);
        }
    }

    /** Returns the given certificates and the certificates of the JVM's authorities. */
    public static List<X509Certificate> and(List<X509Certificate> additional)
            throws GeneralSecurityException {
        var all = new ArrayList<>(additional);
        for (var manager : managers(null).getTrustManagers()) {
            if (manager instanceof X509TrustManager own) {
                all.addAll(List.of(own.getAcceptedIssuers()));
            }
        }
        return all;
    }

    /**
     * @param store null for the JVM's own
     */
    private static TrustManagerFactory managers(@Nullable KeyStore store)
            throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    private static KeyStore store(List<X509Certificate> certificates)
            throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < certificates.size(); i++) {
            store.setCertificateEntry("authority-" + i, certificates.get(i));
        }
        return store;
    }
}
