package dev.millrace.webhooks.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.webhook.AddressRange;
import dev.millrace.webhooks.http.Poster.ReceiverAnswer;
import dev.millrace.webhooks.http.Poster.SignedRequest;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * Posts events over HTTP. Follows no redirect, uses no proxy, and keeps no cookie or connection, so
 * that each request goes to an address checked for it.
 */
public final class HttpPoster implements Poster {
    private static final Timeout CONNECT = Timeout.ofSeconds(5);

    /** Longest duration of a request, from the connection to the beginning of the answer's body. */
    private static final Duration TOTAL = Duration.ofSeconds(20);

    /** Longest part of an answer's body that is read. */
    private static final int BODY_BYTES = 4 << 10;

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int MAX_LINE_BYTES = 8 << 10;
    private static final int MAX_HEADERS = 100;

    private final URI url;
    private final HttpHost target;
    private final InstantSource clock;
    private final CloseableHttpClient client;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("millrace-webhook-timer").daemon().factory());

    private HttpPoster(URI url, CloseableHttpClient client, InstantSource clock) {
        this.url = url;
        this.target = HttpHost.create(url);
        this.client = client;
        this.clock = clock;
    }

    /**
     * Creates a poster that resolves names as the JVM does.
     *
     * @param allowed addresses that may receive events although they are not public
     * @param clock determines the wait until the time that an answer names
     */
    public static HttpPoster of(URI url, List<AddressRange> allowed, InstantSource clock) {
        return of(url, allowed, clock, SystemDefaultDnsResolver.INSTANCE);
    }

    static HttpPoster of(
            URI url, List<AddressRange> allowed, InstantSource clock, DnsResolver names) {
        var resolver = new CheckedResolver(names, new AddressCheck(allowed));
        return new HttpPoster(url, client(resolver), clock);
    }

    private static CloseableHttpClient client(DnsResolver names) {
        return HttpClientBuilder.create()
                .setConnectionManager(connections(names))
                .setConnectionReuseStrategy((_, _, _) -> false)
                .setDefaultRequestConfig(
                        RequestConfig.custom()
                                .setConnectionRequestTimeout(CONNECT)
                                .setResponseTimeout(Timeout.of(TOTAL))
                                .build())
                .setUserAgent("millrace-webhooks")
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }

    private static PoolingHttpClientConnectionManager connections(DnsResolver names) {
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(names)
                .setConnectionFactory(
                        ManagedHttpClientConnectionFactory.builder()
                                .http1Config(
                                        Http1Config.custom()
                                                .setMaxLineLength(MAX_LINE_BYTES)
                                                .setMaxHeaderCount(MAX_HEADERS)
                                                .build())
                                .build())
                .setDefaultConnectionConfig(
                        ConnectionConfig.custom()
                                .setConnectTimeout(CONNECT)
                                .setSocketTimeout(Timeout.of(TOTAL))
                                .build())
                .setDefaultTlsConfig(TlsConfig.custom().setHandshakeTimeout(CONNECT).build())
                .build();
    }

    @Override
    public ReceiverAnswer post(SignedRequest request) {
        var post = new HttpPost(url);
        post.setEntity(new ByteArrayEntity(request.body(), ContentType.APPLICATION_JSON));
        post.setHeader("webhook-id", request.id());
        post.setHeader("webhook-timestamp", Long.toString(request.epochSeconds()));
        post.setHeader("webhook-signature", request.signature());
        var end = timer.schedule(post::cancel, TOTAL.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return received(client.executeOpen(target, post, null));
        } catch (IOException e) {
            String reason =
                    post.isCancelled()
                            ? "no complete answer within " + TOTAL.toSeconds() + " s"
                            : reason(e);
            return new ReceiverAnswer.Missing("%s (%s)".formatted(reason, address()));
        } finally {
            end.cancel(false);
            // Closes the connection. Closing the response instead would read the rest of its body.
            var _ = post.cancel();
        }
    }

    private ReceiverAnswer received(ClassicHttpResponse response) throws IOException {
        Header wait = response.getFirstHeader("Retry-After");
        HttpEntity entity = response.getEntity();
        byte[] body = entity == null ? new byte[0] : entity.getContent().readNBytes(BODY_BYTES);
        return new ReceiverAnswer.Received(
                response.getCode(),
                Optional.ofNullable(wait)
                        .flatMap(it -> RetryAfter.parse(it.getValue(), clock.instant())),
                new String(body, UTF_8));
    }

    /** Returns host and port of the receiver; never the path or query, which can have a secret. */
    private String address() {
        int known = "https".equalsIgnoreCase(url.getScheme()) ? HTTPS_PORT : HTTP_PORT;
        return url.getHost() + ":" + (url.getPort() < 0 ? known : url.getPort());
    }

    private static String reason(IOException e) {
        return switch (e) {
            case CheckedResolver.RefusedAddressException refused ->
                    String.valueOf(refused.getMessage());
            case UnknownHostException _ -> "the receiver's host name cannot be resolved";
            case ConnectException _ -> "the receiver refused the connection";
            case ConnectTimeoutException _ -> "no connection within " + CONNECT.toSeconds() + " s";
            default -> e.getClass().getSimpleName() + ": " + e.getMessage();
        };
    }

    @Override
    public void close() {
        timer.shutdownNow();
        client.close(CloseMode.IMMEDIATE);
    }
}
