package dev.millrace.worker.call;

import dev.millrace.contracts.config.WorkerConfig.Timeouts;
import java.time.Duration;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Makes the HTTP client. It never repeats a call by itself, follows no redirect, keeps no cookie:
 * each call that may be billed is one that the loop knows of.
 */
final class HttpClients {
    /** A connection that was idle for longer is tested before its next use. */
    private static final TimeValue VALIDATE_AFTER = TimeValue.ofMilliseconds(500);

    /** Shorter than the keep-alive of the usual load balancers. */
    private static final TimeValue MAX_IDLE = TimeValue.ofSeconds(30);

    /** So that a provider's move to other addresses is followed. */
    private static final TimeValue MAX_AGE = TimeValue.ofMinutes(10);

    /**
     * Each connection has three buffers of this size for as long as its call waits: with the
     * library's 32 KiB, 10,000 calls would hold 1 GB.
     */
    private static final int BUFFER_BYTES = 8 << 10;

    /**
     * Of an answer's head: more than any proxy lets pass. An answer beyond that is lost, and has
     * been paid.
     */
    private static final int MAX_LINE_BYTES = 32 << 10;

    private static final int MAX_HEADERS = 200;

    private HttpClients() {}

    /**
     * @param maxInFlight calls at once; each finds a connection without waiting for another's
     */
    static CloseableHttpClient create(Timeouts timeouts, int maxInFlight) {
        var connections =
                PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnTotal(maxInFlight)
                        .setMaxConnPerRoute(maxInFlight)
                        .setConnectionFactory(
                                ManagedHttpClientConnectionFactory.builder()
                                        .http1Config(
                                                Http1Config.custom()
                                                        .setBufferSize(BUFFER_BYTES)
                                                        .setMaxLineLength(MAX_LINE_BYTES)
                                                        .setMaxHeaderCount(MAX_HEADERS)
                                                        .build())
                                        .build())
                        .setDefaultConnectionConfig(
                                ConnectionConfig.custom()
                                        .setConnectTimeout(timeout(timeouts.connect()))
                                        .setSocketTimeout(timeout(timeouts.firstByte()))
                                        .setValidateAfterInactivity(VALIDATE_AFTER)
                                        .setTimeToLive(MAX_AGE)
                                        .build())
                        .setDefaultTlsConfig(
                                TlsConfig.custom()
                                        .setHandshakeTimeout(timeout(timeouts.connect()))
                                        .build())
                        .build();
        return HttpClientBuilder.create()
                .setConnectionManager(connections)
                .setRequestExecutor(new TimedRequestExecutor(timeout(timeouts.betweenChunks())))
                .setDefaultRequestConfig(
                        RequestConfig.custom()
                                .setConnectionRequestTimeout(timeout(timeouts.connect()))
                                .setResponseTimeout(timeout(timeouts.firstByte()))
                                .build())
                .setUserAgent("millrace-worker")
                .evictIdleConnections(MAX_IDLE)
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableConnectionState()
                .build();
    }

    private static Timeout timeout(Duration duration) {
        return Timeout.of(duration);
    }
}
