package dev.millrace.bench.http;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Calls with the JDK's client on virtual threads. A client has one HTTP/2 connection to a server,
 * and no more calls on it than the server allows. So HTTP/2 takes several clients.
 */
final class JdkCaller implements HttpCaller {
    /**
     * Most calls on a connection. The server counts a stream somewhat longer than its call takes,
     * and the client fails calls above the server's limit.
     */
    private static final int MOST_STREAMS = DelayedAnswerServer.MAX_STREAMS * 9 / 10;

    private final Version version;
    private final List<HttpClient> clients;
    private final HttpRequest request;

    private JdkCaller(Version version, List<HttpClient> clients, HttpRequest request) {
        this.version = version;
        this.clients = clients;
        this.request = request;
    }

    static JdkCaller create(HttpTrial trial) throws IOException {
        boolean isHttp2 = trial.contender() == HttpContender.JDK_HTTP_2;
        int count = isHttp2 ? Math.ceilDiv(trial.inFlight(), MOST_STREAMS) : 1;
        var builder = HttpClient.newBuilder().executor(Executors.newVirtualThreadPerTaskExecutor());
        if (trial.isOverTls()) {
            builder.sslContext(trusting(trial));
        }
        Version version = isHttp2 ? Version.HTTP_2 : Version.HTTP_1_1;
        var caller =
                new JdkCaller(
                        version,
                        IntStream.range(0, count)
                                .mapToObj(_ -> builder.version(version).build())
                                .toList(),
                        HttpRequest.newBuilder(trial.target())
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(HttpTrial.body()))
                                .build());
        if (isHttp2) {
            caller.connect();
        }
        return caller;
    }

    /** Opens the connections. Concurrent first calls of a client would open one each. */
    private void connect() {
        CompletableFuture.allOf(
                        clients.stream()
                                .map(
                                        it ->
                                                it.sendAsync(
                                                        request,
                                                        HttpResponse.BodyHandlers.ofByteArray()))
                                .toArray(CompletableFuture<?>[]::new))
                .join();
    }

    private static SSLContext trusting(HttpTrial trial) throws IOException {
        try {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("server", trial.authority().read().getFirst());
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JVM offers no TLS", e);
        }
    }

    @Override
    public void call(int thread) throws IOException, InterruptedException {
        HttpResponse<byte[]> response =
                clients.get(thread % clients.size())
                        .send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != OK || response.version() != version) {
            throw new IOException("a call was answered as " + response);
        }
    }

    @Override
    public void close() {
        clients.forEach(HttpClient::shutdownNow);
    }
}
