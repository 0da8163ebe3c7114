package dev.millrace.bench.http;

import dev.millrace.bench.process.ParentControl;
import dev.millrace.bench.provider.FixedAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.Message;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.impl.bootstrap.HttpAsyncServer;
import org.apache.hc.core5.http.nio.AsyncRequestConsumer;
import org.apache.hc.core5.http.nio.AsyncServerRequestHandler;
import org.apache.hc.core5.http.nio.entity.DiscardingEntityConsumer;
import org.apache.hc.core5.http.nio.support.AsyncResponseBuilder;
import org.apache.hc.core5.http.nio.support.BasicRequestConsumer;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.http2.config.H2Config;
import org.apache.hc.core5.http2.impl.nio.bootstrap.H2ServerBootstrap;
import org.apache.hc.core5.http2.ssl.H2ServerTlsStrategy;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.reactor.ListenerEndpoint;

/**
 * A program that answers every request after a delay, over HTTP/1.1 or, if a client asks for it
 * over TLS, HTTP/2. Few threads serve all connections.
 */
public final class DelayedAnswerServer implements AutoCloseable {
    /** Streams that a client may have on one HTTP/2 connection; a usual limit of providers. */
    static final int MAX_STREAMS = 100;

    private static final String HOST = "127.0.0.1";
    private static final int BACKLOG = 16_384;
    private static final int THREADS = 2;

    private final HttpAsyncServer server;
    private final ScheduledThreadPoolExecutor timer;
    private final URIScheme scheme;

    private DelayedAnswerServer(
            HttpAsyncServer server, ScheduledThreadPoolExecutor timer, URIScheme scheme) {
        this.server = server;
        this.timer = timer;
        this.scheme = scheme;
    }

    /**
     * Reports its address to the parent and serves until the parent closes its standard input.
     *
     * @param args latency of each answer in milliseconds; over TLS also the key store, made by
     *     {@link ServerCertificate}
     */
    public static void main(String[] args) throws Exception {
        var latency = Duration.ofMillis(Long.parseLong(args[0]));
        var server = args.length == 1 ? plain(latency) : overTls(latency, Path.of(args[1]));
        ParentControl.serve(server.start(), server);
    }

    static DelayedAnswerServer plain(Duration latency) {
        return create(latency, H2ServerBootstrap.bootstrap(), URIScheme.HTTP);
    }

    static DelayedAnswerServer overTls(Duration latency, Path keyStore) throws IOException {
        var bootstrap =
                H2ServerBootstrap.bootstrap()
                        .setTlsStrategy(new H2ServerTlsStrategy(context(keyStore)));
        return create(latency, bootstrap, URIScheme.HTTPS);
    }

    private static DelayedAnswerServer create(
            Duration latency, H2ServerBootstrap bootstrap, URIScheme scheme) {
        var timer =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("timer").factory());
        var server =
                bootstrap
                        .setCanonicalHostName(HOST)
                        .setVersionPolicy(HttpVersionPolicy.NEGOTIATE)
                        .setIOReactorConfig(
                                IOReactorConfig.custom()
                                        .setIoThreadCount(THREADS)
                                        .setBacklogSize(BACKLOG)
                                        .setTcpNoDelay(true)
                                        .build())
                        .setH2Config(
                                H2Config.custom()
                                        .setMaxConcurrentStreams(MAX_STREAMS)
                                        .setPushEnabled(false)
                                        .build())
                        .register("*", new Delayed(timer, latency))
                        .create();
        return new DelayedAnswerServer(server, timer, scheme);
    }

    private static SSLContext context(Path keyStore) throws IOException {
        try (InputStream in = Files.newInputStream(keyStore)) {
            char[] password = ServerCertificate.PASSWORD.toCharArray();
            var store = KeyStore.getInstance("PKCS12");
            store.load(in, password);
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the key store " + keyStore + " cannot be used", e);
        }
    }

    /**
     * Starts on a free port of the loopback interface; returns the address, {@code /v1} included.
     */
    String start() throws Exception {
        server.start();
        ListenerEndpoint endpoint =
                server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), scheme)
                        .get();
        int port = ((InetSocketAddress) endpoint.getAddress()).getPort();
        return scheme.getId() + "://" + HOST + ":" + port + "/v1";
    }

    @Override
    public void close() {
        server.close(CloseMode.IMMEDIATE);
        timer.shutdownNow();
    }

    /** Answers after the delay, on the timer's thread. */
    private record Delayed(ScheduledThreadPoolExecutor timer, Duration latency)
            implements AsyncServerRequestHandler<Message<HttpRequest, Void>> {
        @Override
        public AsyncRequestConsumer<Message<HttpRequest, Void>> prepare(
                HttpRequest request, EntityDetails entity, HttpContext context) {
            return new BasicRequestConsumer<>(new DiscardingEntityConsumer<>());
        }

        @Override
        public void handle(
                Message<HttpRequest, Void> request, ResponseTrigger trigger, HttpContext context)
                throws HttpException, IOException {
            if (latency.isZero()) {
                answer(trigger, context);
            } else {
                var _ =
                        timer.schedule(
                                () -> answerLater(trigger, context),
                                latency.toNanos(),
                                TimeUnit.NANOSECONDS);
            }
        }

        private static void answerLater(ResponseTrigger trigger, HttpContext context) {
            try {
                answer(trigger, context);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (HttpException e) {
                throw new IllegalStateException(e);
            }
        }

        private static void answer(ResponseTrigger trigger, HttpContext context)
                throws HttpException, IOException {
            trigger.submitResponse(
                    AsyncResponseBuilder.create(HttpCaller.OK)
                            .setEntity(FixedAnswer.body(), ContentType.APPLICATION_JSON)
                            .build(),
                    context);
        }
    }
}
