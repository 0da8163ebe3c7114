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
 * Creates the HTTP client. The client repeats no call, follows no redirect and keeps no cookie, so
 * that the loop knows every call that may be billed.
 */
final class HttpClients {
    /** Idle time after which a connection is tested before its next use. */
    private static final TimeValue VALIDATE_AFTER = TimeValue.ofMilliseconds(500);

    /** Maximum idle time of a connection, shorter than the keep-alive of common load balancers. */
    private static final TimeValue MAX_IDLE = TimeValue.ofSeconds(30);

    /** Maximum age of a connection, so that a provider's change of address takes effect. */
    private static final TimeValue MAX_AGE = TimeValue.ofMinutes(10);

    /**
     * Size of each of the three buffers that a connection holds while its call waits. With the
     * library's default of 32 KiB, 10,000 calls would hold 1 GB.
     */
    private static final int BUFFER_BYTES = 8 << 10;

    /**
     * Maximum length of a header line of an answer, longer than any common proxy allows. An answer
     * with a longer line is lost although it was billed.
     */
    private static final int MAX_LINE_BYTES = 32 << 10;

    private static final int MAX_HEADERS = 200;

    private HttpClients() {}

    /**
     * Creates a client.
     *
     * @param maxInFlight maximum number of concurrent calls; no call waits for the connection of
     *     another
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
