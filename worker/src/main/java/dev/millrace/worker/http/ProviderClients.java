package dev.millrace.worker.http;

import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.provider.ProxyAddress;
import dev.millrace.configuration.provider.TlsSettings;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.io.CloseMode;

/**
 * The HTTP clients of the providers. Providers with equal connection settings share a client. Can
 * be used from any thread.
 */
final class ProviderClients implements AutoCloseable {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final Map<String, ProviderClient> clients;

    /**
     * A provider's client.
     *
     * @param proxy the proxy of its calls, if any
     * @param tls set if files determine it
     */
    record ProviderClient(
            CloseableHttpClient http, Optional<ProxyAddress> proxy, Optional<ProviderTls> tls) {
        /** Returns host and port of a provider, and of the proxy; never a login. */
        String address(URI provider) {
            int port = provider.getPort();
            int known = "https".equalsIgnoreCase(provider.getScheme()) ? HTTPS_PORT : HTTP_PORT;
            return provider.getHost()
                    + ":"
                    + (port < 0 ? known : port)
                    + proxy.map(it -> " through " + it.host() + ":" + it.port()).orElse("");
        }
    }

    /** The settings that distinguish two clients. */
    private record Way(Optional<ProxyAddress> proxy, TlsSettings tls) {}

    private ProviderClients(Map<String, ProviderClient> clients) {
        this.clients = Map.copyOf(clients);
    }

    /**
     * Creates the clients.
     *
     * @param providers by name
     * @throws IllegalArgumentException if a file of {@code tls} cannot be used
     */
    static ProviderClients create(
            HttpClientFactory factory, Map<String, ProviderConfig> providers) {
        var byWay = new HashMap<Way, ProviderClient>();
        var byName = new HashMap<String, ProviderClient>();
        providers.forEach(
                (name, provider) -> {
                    // A provider with an unset secret is never called.
                    boolean isUnset = provider.proxy().map(it -> !it.isSet()).orElse(false);
                    var way =
                            new Way(
                                    isUnset ? Optional.empty() : provider.proxyAddress(),
                                    provider.tls());
                    byName.put(name, byWay.computeIfAbsent(way, it -> create(factory, name, it)));
                });
        return new ProviderClients(byName);
    }

    private static ProviderClient create(HttpClientFactory factory, String name, Way way) {
        Optional<ProviderTls> tls =
                Optional.of(way.tls())
                        .filter(it -> !it.equals(TlsSettings.DEFAULT))
                        .map(it -> new ProviderTls(name, it));
        return new ProviderClient(factory.create(way.proxy(), tls), way.proxy(), tls);
    }

    /**
     * Returns the client of a provider.
     *
     * @throws IllegalArgumentException if there is none
     */
    ProviderClient of(String provider) {
        ProviderClient client = clients.get(provider);
        if (client == null) {
            throw new IllegalArgumentException("the provider " + provider + " has no client");
        }
        return client;
    }

    /** Reads the files of all providers again. */
    void readFilesAgain() {
        clients.values().stream()
                .flatMap(it -> it.tls().stream())
                .distinct()
                .forEach(ProviderTls::readAgain);
    }

    /** Closes all clients and their connections. */
    @Override
    public void close() {
        clients.values().forEach(it -> it.http().close(CloseMode.IMMEDIATE));
    }
}
