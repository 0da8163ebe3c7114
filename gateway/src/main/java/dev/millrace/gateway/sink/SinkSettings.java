package dev.millrace.gateway.sink;

import dev.millrace.contracts.config.Secret;
import dev.millrace.contracts.config.provider.TlsSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * How to reach the sink.
 *
 * @param url address of the sink, without a path, such as {@code http://sink:8090}
 * @param key a key of the sink that may read all tenants; empty if the sink has no keys
 * @param tls what is trusted if the address begins with https
 * @param timeout longest time until the sink begins to answer, and between two parts of an answer
 */
public record SinkSettings(URI url, Optional<Secret> key, TlsSettings tls, Duration timeout) {
    /** The default of {@link #timeout}: the sink's own queries take at most 10 s. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(15);
}
