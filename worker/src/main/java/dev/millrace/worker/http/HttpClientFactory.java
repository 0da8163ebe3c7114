package dev.millrace.worker.http;

import dev.millrace.configuration.WorkerConfig.Timeouts;
import dev.millrace.configuration.provider.ProxyAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Creates HTTP clients that repeat no call, follow no redirect and keep no cookie, so that the loop
 * knows every call that can be billed.
 */
final class HttpClientFactory {
    /** Maximum age of a connection, so that a provider's change of address takes effect. */
    private static final TimeValue MAX_AGE = TimeValue.ofMinutes(10);

    /**
     * Size of each of the three buffers of a connection with a waiting call. With the library's
     * default of 32 KiB, 10,000 calls would hold 1 GB.
     */
    private static final int BUFFER_BYTES = 8 << 10;

    /**
     * Maximum length of a header line of an answer, longer than any common proxy allows. An answer
     * with a longer line is lost although it was billed.
     */
    private static final int MAX_LINE_BYTES = 32 << 10;

    private static final int MAX_HEADERS = 200;

    private final Timeouts timeouts;
    private final int calls;
    private final DnsResolver names;
    private final TimeValue maxAge;

    /**
     * Creates a factory of clients that resolve names as the JVM does.
     *
     * @param calls maximum number of concurrent calls; no call waits for the connection of another
     */
    HttpClientFactory(Timeouts timeouts, int calls) {
        this(timeouts, calls, SystemDefaultDnsResolver.INSTANCE, MAX_AGE);
    }

    /**
     * @param maxAge age after which a connection is not used again
     */
    HttpClientFactory(Timeouts timeouts, int calls, DnsResolver names, TimeValue maxAge) {
        this.timeouts = timeouts;
        this.calls = calls;
        this.names = names;
        this.maxAge = maxAge;
    }

    /**
     * Creates a client.
     *
     * @param proxy proxy of all calls, if any
     * @param tls how connections become secure; empty as usual
     */
    CloseableHttpClient create(Optional<ProxyAddress> proxy, Optional<ProviderTls> tls) {
        Timeout connect = timeout(timeouts.connect());
        var executor =
                new TimedRequestExecutor(
                        connect,
                        timeout(timeouts.betweenChunks()),
                        proxy.flatMap(ProxyAddress::login));
        HttpClientBuilder client =
                HttpClientBuilder.create()
                        .setConnectionManager(connections(tls))
                        .setRequestExecutor(executor)
                        .setKeepAliveStrategy(new KeepAlive())
                        .setDefaultRequestConfig(
                                RequestConfig.custom()
                                        .setConnectionRequestTimeout(connect)
                                        .setResponseTimeout(timeout(timeouts.firstByte()))
                                        .build())
                        .disableContentCompression()
                        .setUserAgent("millrace-worker")
                        .evictIdleConnections(KeepAlive.MAX_IDLE)
                        .disableAutomaticRetries()
                        .disableRedirectHandling()
                        .disableCookieManagement()
                        .disableAuthCaching()
                        .disableConnectionState();
        proxy.map(HttpClientFactory::host).ifPresent(client::setProxy);
        return client.build();
    }

    private PoolingHttpClientConnectionManager connections(Optional<ProviderTls> tls) {
        var ids = new AtomicLong();
        Http1Config http =
                Http1Config.custom()
                        .setBufferSize(BUFFER_BYTES)
                        .setMaxLineLength(MAX_LINE_BYTES)
                        .setMaxHeaderCount(MAX_HEADERS)
                        .build();
        var connections =
                new ChannelConnections()
                        .setMaxConnTotal(calls)
                        .setMaxConnPerRoute(calls)
                        .setDnsResolver(names)
                        .setConnectionFactory(
                                _ -> new KeptConnection("provider-" + ids.incrementAndGet(), http))
                        .setDefaultConnectionConfig(
                                ConnectionConfig.custom()
                                        .setConnectTimeout(timeout(timeouts.connect()))
                                        .setSocketTimeout(timeout(timeouts.firstByte()))
                                        // Before each use; see KeptConnection.
                                        .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                                        .setTimeToLive(maxAge)
                                        .build())
                        .setDefaultTlsConfig(
                                TlsConfig.custom()
                                        .setHandshakeTimeout(timeout(timeouts.connect()))
                                        .build());
        tls.ifPresent(connections::setTlsSocketStrategy);
        return connections.build();
    }

    /** Opens connections on channels, which {@link KeptConnection} can read without waiting. */
    private static final class ChannelConnections
            extends PoolingHttpClientConnectionManagerBuilder {
        @Override
        protected HttpClientConnectionOperator createConnectionOperator(
                SchemePortResolver ports, DnsResolver names, TlsSocketStrategy tls) {
            return new DefaultHttpClientConnectionOperator(
                    _ -> SocketChannel.open().socket(),
                    ports,
                    names,
                    RegistryBuilder.<TlsSocketStrategy>create()
                            .register(URIScheme.HTTPS.id, tls)
                            .build());
        }
    }

    private static HttpHost host(ProxyAddress proxy) {
        return new HttpHost(proxy.isTls() ? "https" : "http", proxy.host(), proxy.port());
    }

    private static Timeout timeout(Duration duration) {
        return Timeout.of(duration);
    }
}
