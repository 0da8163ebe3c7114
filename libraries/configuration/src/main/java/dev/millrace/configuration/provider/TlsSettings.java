package dev.millrace.configuration.provider;

import java.util.Optional;

/**
 * TLS with a server, such as a provider.
 *
 * @param ca certificates of authorities that are trusted in addition to the JVM's
 */
public record TlsSettings(Optional<CertificateFile> ca) {
    /** Trusts the JVM's authorities only. */
    public static final TlsSettings DEFAULT = new TlsSettings(Optional.empty());
}
